// The second pass behind channel_strips.glsl: a thread merges the partials of a channel, or with PARTS > 1 each of PARTS threads
// merges every PARTS-th of them. The order is fixed either way.
//
// Groups: x = ceil(C / local size in x).
layout(local_size_x_id = 0, local_size_y_id = 1) in;
layout(constant_id = 0) const int CHANNELS_A_GROUP = 8;
layout(constant_id = 1) const int PARTS = 1;

shared float parts[CHANNELS_A_GROUP * PARTS];

// A sum and what its additions have rounded away so far (Kahan): however many there are, it is as near as two.
struct Sum { float value, lost; };

void add(inout Sum sum, float term) {
    precise float wanted = term - sum.lost, value = sum.value + wanted, added = value - sum.value;
    precise float lost = added - wanted;
    sum = Sum(value, lost);
}

// The sum over the threads of a channel. All of them call it.
float total(Sum own) {
    precise float mine = own.value - own.lost;
    if (PARTS == 1) return mine;
    int channel = int(gl_LocalInvocationID.x);
    parts[int(gl_LocalInvocationID.y) * CHANNELS_A_GROUP + channel] = mine;
    barrier();
    float sum = 0.0;
    for (int i = 0; i < PARTS; i++) sum += parts[i * CHANNELS_A_GROUP + channel];
    barrier();
    return sum;
}
