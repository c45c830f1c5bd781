// What an activation is made of: float32, or float16 storage under HALF. Sums are float32 either way.
#ifdef HALF
#extension GL_EXT_shader_16bit_storage : require
#define ELEMENT float16_t
#else
#define ELEMENT float
#endif
