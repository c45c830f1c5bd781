// One lane's value, in all lanes; `lane` is a constant once loops are unrolled. Include it after the specialization constant
// SHUFFLE, which it uses: Mesa 22.3 makes a loop over the lanes of a subgroupBroadcast and one instruction of such a shuffle,
// Mesa 25.0 the other way round.
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_ballot : require
#extension GL_KHR_shader_subgroup_shuffle : require

float broadcast(float value, int lane) { return SHUFFLE ? subgroupShuffle(value, lane) : subgroupBroadcast(value, lane); }
