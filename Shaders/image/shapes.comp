#version 460
#include "tensor.glsl"
#include "flat.glsl"
#include "random.glsl"

// Pictures of solids and patterned plates from their scenes: the formula of ShapeScene.cs, which says what the numbers mean.
//
//   scenes   one record of 48 words a picture, see Scene
//   pixels   (N, 3, side, side), bytes R, G, B
//
// One thread makes four pixels of a row, three words: `side` is a multiple of 4. What is random was drawn before, but for noise and
// blotches, which are functions of a key and a place. A pixel differs from the one that C# makes by the rounding of roots and quotients,
// which on an edge (of a solid, a pattern) may be all of its contrast.
struct Scene {
    vec4 right, up, toward;         // the picture's axes in the solid's space; w: centre x, centre y, zoom
    vec4 light;                     // w: brightness of the shadow
    vec4 color;                     // w: of the highlight
    vec4 other;                     // w: the pattern's step
    vec4 ground, sky;               // w: of the blotches, of the noise
    vec4 slope;                     // xy: from ground to sky; zw: where the pattern begins
    vec4 veil;                      // xy: centre; zw: across a bar, or 0 for a disc
    vec4 veilColor;                 // w: extent, negative for none
    uint kind, isRound, noiseKey, reserved;
};

TENSOR(0, readonly,  Scene, scenes)
TENSOR(1, writeonly, uint,  pixels)

layout(push_constant) uniform Push {
    ADDRESS(scenes) ADDRESS(pixels)
    uint count;                     // groups of four pixels, over all pictures
    uint side;
};

const int STEPS = 40;
const float HIT = 0.001;
const uint CELLS = 5u;

float boxDistance(vec3 p, float extent, float depth) {
    vec3 q = abs(p) - vec3(extent, extent, depth);
    return length(max(q, 0.0)) + min(max(q.x, max(q.y, q.z)), 0.0);
}

float starDistance(vec2 p) {
    p.x = abs(p.x);
    for (int i = 0; i < 2; i++) {
        float beyond = max(0.80902 * p.x - 0.58779 * p.y, 0.0);
        p = vec2(abs(p.x - 2.0 * 0.80902 * beyond), p.y + 2.0 * 0.58779 * beyond);
    }
    return 0.92699 * p.x + 0.37508 * (p.y - 0.95);
}

float distanceTo(Scene s, vec3 p) {
    float around = length(p.xz);
    switch (s.kind) {
    case 0u: return length(p) - 0.8;
    case 1u: return boxDistance(p, 0.55, 0.55);
    case 2u: return max(0.90056 * around + 0.43475 * (p.y - 0.85), -0.6 - p.y);
    case 3u: return length(vec2(around - 0.65, p.y)) - 0.26;
    case 4u: return max(around - 0.55, abs(p.y) - 0.7);
    case 5u: return max(0.91879 * max(abs(p.x), abs(p.z)) + 0.39474 * (p.y - 0.85), -0.5 - p.y);
    case 9u: return max(starDistance(p.xy), abs(p.z) - 0.1);
    }
    return s.isRound == 0u ? boxDistance(p, 0.68, 0.08) : max(length(p.xy) - 0.82, abs(p.z) - 0.08);
}

vec3 normalAt(Scene s, vec3 p) {
    const vec2 e = vec2(0.002, -0.002);
    float a = distanceTo(s, p + e.xyy), b = distanceTo(s, p + e.yyx), c = distanceTo(s, p + e.yxy), d = distanceTo(s, p + e.xxx);
    vec3 n = vec3(a - b - c + d, c - a - b + d, b - a - c + d);
    return n / sqrt(max(dot(n, n), 1e-20));
}

vec3 colorAt(Scene s, vec3 p) {
    float size = s.other.w;
    int cell = 0;
    if (s.kind == 6u) cell = int(floor(p.x / size + s.slope.z)) + int(floor(p.y / size + s.slope.w));
    if (s.kind == 7u) cell = int(floor(p.x / size + s.slope.z));
    if (s.kind == 8u) cell = int(floor(length(p.xy) / size));
    return (cell & 1) == 0 ? s.color.rgb : s.other.rgb;
}

vec3 background(Scene s, vec2 at) {
    float along = clamp(0.5 + 0.5 * dot(s.slope.xy, at), 0.0, 1.0);
    vec2 c = (at + 1.0) * (float(CELLS) * 0.5);
    uvec2 cell = min(uvec2(c), uvec2(CELLS - 1u));
    vec2 t = c - vec2(cell);
    t = t * t * (3.0 - 2.0 * t);
    uint key = randomKey(s.noiseKey, 1u), i = cell.y * (CELLS + 1u) + cell.x;
    float low = mix(randomUniform(key, i), randomUniform(key, i + 1u), t.x);
    float high = mix(randomUniform(key, i + CELLS + 1u), randomUniform(key, i + CELLS + 2u), t.x);
    return mix(s.ground.rgb, s.sky.rgb, along) + s.ground.w * (mix(low, high, t.y) - 0.5);
}

vec3 seen(Scene s, vec2 q, float depth, float pixel, vec3 behind) {
    vec3 origin = s.right.xyz * q.x + s.up.xyz * q.y + s.toward.xyz * depth;
    float t = 0.0, nearest = 1e9, nearestAt = 0.0;
    for (int i = 0; i < STEPS; i++) {
        float d = distanceTo(s, origin - s.toward.xyz * t);
        if (d < nearest) {
            nearest = d;
            nearestAt = t;
        }
        t += d;
        if (d < HIT || t > 2.0 * depth) break;
    }
    float cover = nearest < HIT ? 1.0 : 1.0 - nearest / pixel;
    if (cover <= 0.0) return behind;

    vec3 p = origin - s.toward.xyz * nearestAt;
    vec3 normal = normalAt(s, p), halfway = s.light.xyz + s.toward.xyz;
    float facing = max(dot(normal, s.light.xyz), 0.0);
    float shine = max(dot(normal, halfway / sqrt(dot(halfway, halfway))), 0.0);
    shine *= shine;
    shine *= shine;
    shine *= shine;
    shine *= shine;
    return mix(behind, colorAt(s, p) * (s.light.w + (1.0 - s.light.w) * facing) + s.color.w * shine, cover);
}

vec3 colorOf(Scene s, vec2 at, float pixel) {
    vec3 color = background(s, at);
    vec2 q = (at - vec2(s.right.w, s.up.w)) * s.toward.w;
    float room = 1.1 - dot(q, q);
    if (room > 0.0) color = seen(s, q, sqrt(room), pixel * s.toward.w, color);
    if (s.veilColor.w < 0.0) return color;

    vec2 d = at - s.veil.xy;
    float away = s.veil.z == 0.0 && s.veil.w == 0.0 ? length(d) : abs(dot(d, s.veil.zw));
    return mix(color, s.veilColor.rgb, clamp(0.5 + (s.veilColor.w - away) / pixel, 0.0, 1.0));
}

float normalNoise(uint bits) {
    return float(int((bits & 255u) + (bits >> 8 & 255u) + (bits >> 16 & 255u) + (bits >> 24)) - 510) / 147.8;
}

void main() {
    FOR_EACH(i, count) {
        uint quads = side / 4u, column = i % quads * 4u, row = i / quads % side;
        Scene s = scenes.at[i / quads / side];
        uint words[3] = uint[3](0u, 0u, 0u);
        for (uint k = 0u; k < 4u; k++) {
            vec2 at = vec2(2.0 * float(column + k) + 1.0, -2.0 * float(row) - 1.0) / float(side) + vec2(-1.0, 1.0);
            vec3 color = colorOf(s, at, 2.0 / float(side));
            for (uint c = 0u; c < 3u; c++) {
                uint index = 3u * (row * side + column + k) + c, slot = 3u * k + c;
                float v = color[c] + s.sky.w * normalNoise(randomBits(s.noiseKey, index));
                words[slot >> 2] |= uint(clamp(v, 0.0, 1.0) * 255.0 + 0.5) << ((slot & 3u) * 8u);
            }
        }
        for (uint k = 0u; k < 3u; k++) pixels.at[3u * i + k] = words[k];
    }
}
