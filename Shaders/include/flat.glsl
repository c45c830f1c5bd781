// A flat kernel: one thread an element, striding over the grid, so any count works with any number of groups.
layout(local_size_x_id = 0) in;      // threads a group; the device's table chooses

#define FOR_EACH(i, count) \
    for (uint i = gl_GlobalInvocationID.x, stride_ = gl_NumWorkGroups.x * gl_WorkGroupSize.x, n_ = (count); i < n_; i += stride_)
