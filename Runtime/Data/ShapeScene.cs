using System.Numerics;
using System.Runtime.InteropServices;

namespace ResNetVulkan.Data;

/// <summary>
/// One picture of <see cref="Shapes"/> as numbers: a solid or a patterned plate before a background, lit, partly covered, noisy.
/// 192 bytes, as image/shapes.comp reads them: the same formula stands there.
/// </summary>
/// <remarks>
/// The picture spans -1 to 1 in x (to the right) and y (up) and is seen in parallel projection. The solid stands in space of its
/// own, within the unit ball around the origin; the first three vectors are the picture's axes in that space, at right angles and
/// of length 1. Colours are red, green and blue from 0 to 1. What the fourth numbers mean stands beside each.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public record struct ShapeScene
{
    /// <summary>How many 32-bit words one takes.</summary>
    public const int Words = 48;

    /// <summary>To the picture's right, in the solid's space. W: the solid's centre in the picture, x.</summary>
    public Vector4 Right;

    /// <summary>Upwards in the picture. W: the solid's centre in the picture, y.</summary>
    public Vector4 Up;

    /// <summary>Towards the viewer. W: how many units of the solid's space half the picture spans.</summary>
    public Vector4 Toward;

    /// <summary>Towards the light, of length 1. W: how bright what the light misses is, from 0 to 1.</summary>
    public Vector4 Light;

    /// <summary>The solid's colour. W: how bright its highlight is.</summary>
    public Vector4 Color;

    /// <summary>The pattern's second colour. W: the pattern's step, in units of the solid's space.</summary>
    public Vector4 OtherColor;

    /// <summary>The background's colour at one end. W: how strong its blotches are.</summary>
    public Vector4 Ground;

    /// <summary>The background's colour at the other end. W: the noise's deviation.</summary>
    public Vector4 Sky;

    /// <summary>X, Y: the way from ground to sky, in the picture. Z, W: where the pattern begins.</summary>
    public Vector4 Slope;

    /// <summary>What covers a part: X, Y: its centre; Z, W: across a bar, of length 1, or 0 for a disc.</summary>
    public Vector4 Veil;

    /// <summary>Its colour. W: half a bar's thickness or a disc's radius; negative for nothing that covers.</summary>
    public Vector4 VeilColor;

    /// <summary>What is shown: an index into <see cref="Shapes.Names"/>.</summary>
    public uint Kind;

    /// <summary>Whether a patterned plate is round rather than square: 1 or 0.</summary>
    public uint IsRound;

    /// <summary>The <see cref="RandomKey"/> of noise and blotches.</summary>
    public uint NoiseKey;

    private readonly uint _unused;

    private const int Steps = 40;
    private const float Hit = 0.001f;
    private const int Cells = 5;                // of the background's blotches, along each side

    /// <summary>The scene of a random picture.</summary>
    /// <param name="key">Decides all of it but the class.</param>
    /// <param name="kind">The class: an index into <see cref="Shapes.Names"/>.</param>
    /// <remarks>Additions, multiplications, divisions and square roots alone: the same bits on every machine.</remarks>
    public static ShapeScene Draw(RandomKey key, int kind)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(kind);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(kind, Shapes.Names.Count);
        Draws random = new(key);
        bool isPlate = kind >= Shapes.FirstPlate;
        ShapeScene scene = new() { Kind = (uint)kind, NoiseKey = key[0].Value, IsRound = random.Below(2) };

        // The pose. A solid stands and is seen from above, turned at will about its axis, so that a cylinder never shows its lid
        // alone; a plate faces the viewer, more or less, and is turned in the picture at will.
        (float sine, float cosine) yaw = isPlate ? random.Angle(0.35f) : random.Turn();
        (float sine, float cosine) tilt = isPlate ? random.Angle(0.3f) : HalfAngle(random.Between(0.23f, 0.42f));
        (float sine, float cosine) roll = isPlate ? random.Turn() : random.Angle(0.25f);
        Vector3 right = new(yaw.cosine, 0, -yaw.sine), up = Vector3.UnitY, toward = new(yaw.sine, 0, yaw.cosine);
        (up, toward) = (up * tilt.cosine - toward * tilt.sine, toward * tilt.cosine + up * tilt.sine);
        (right, up) = (right * roll.cosine + up * roll.sine, up * roll.cosine - right * roll.sine);
        float size = random.Between(0.5f, 0.82f);
        float x = random.Between(-1, 1) * (0.95f - size), y = random.Between(-1, 1) * (0.95f - size);
        (scene.Right, scene.Up, scene.Toward) = (new(right, x), new(up, y), new(toward, 1 / size));

        // From above the viewer's shoulder, left or right, never from behind.
        Vector3 light = new(random.Between(-1, 1), random.Between(-0.6f, 1), random.Between(0.45f, 1.2f));
        light = right * light.X + up * light.Y + toward * light.Z;
        scene.Light = new(light / MathF.Sqrt(Dot(light, light)), random.Between(0.2f, 0.5f));

        // Colours that differ enough from what they stand before to be seen through the noise.
        Vector3 ground = random.Color(), sky = random.Color();
        sky = ground + (sky - ground) * 0.5f;
        Vector3 color = random.ColorUnlike(0.4f, ground, sky);
        Vector3 other = random.ColorUnlike(0.5f, color, color);
        scene.Ground = new(ground, random.Between(0, 0.35f));
        scene.Sky = new(sky, random.Between(0.02f, 0.1f));
        scene.Color = new(color, random.Between(0, 0.4f));
        scene.OtherColor = new(other, random.Between(0.2f, 0.34f));
        (float sine, float cosine) slope = random.Turn();
        scene.Slope = new(slope.cosine, slope.sine, random.Between(0, 2), random.Between(0, 2));

        // Nothing, a disc over the rim, or a bar across: most of the solid stays in sight.
        (float sine, float cosine) side = random.Turn();
        uint choice = random.Below(4);
        float distance = size * (choice == 1 ? random.Between(0.75f, 1) : random.Between(0, 0.6f));
        float extent = choice == 0 ? -1 : size * (choice == 1 ? random.Between(0.25f, 0.4f) : random.Between(0.06f, 0.13f));
        Vector2 across = choice == 1 ? Vector2.Zero : new(side.cosine, side.sine);
        scene.Veil = new(x + distance * side.cosine, y + distance * side.sine, across.X, across.Y);
        scene.VeilColor = new(random.Color(), extent);
        return scene;
    }

    /// <summary>The picture: what a device makes of the same scene differs by rounding alone.</summary>
    /// <param name="side">Of the picture, in pixels.</param>
    public readonly PixelImage Render(int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        byte[] pixels = new byte[3 * side * side];
        RandomKey noise = new(NoiseKey);
        Span<float> blotches = stackalloc float[(Cells + 1) * (Cells + 1)];
        for (int i = 0; i < blotches.Length; i++) blotches[i] = noise[1].Uniform((uint)i) - 0.5f;

        int at = 0;
        for (int row = 0; row < side; row++)
        {
            for (int column = 0; column < side; column++)
            {
                Vector3 color = At((2 * column + 1f) / side - 1, 1 - (2 * row + 1f) / side, 2f / side, blotches);
                for (int c = 0; c < 3; c++, at++)
                {
                    float v = color[c] + Sky.W * Normal(noise.Bits((uint)at));
                    pixels[at] = (byte)(Math.Clamp(v, 0, 1) * 255 + 0.5f);
                }
            }
        }
        return new PixelImage(side, side, pixels);
    }

    // The sum of four bytes, less its mean, over its deviation: nearly normal, and whole numbers up to the last division.
    private static float Normal(uint bits) =>
        ((int)((bits & 255) + (bits >> 8 & 255) + (bits >> 16 & 255) + (bits >> 24)) - 510) / 147.8f;

    private readonly Vector3 At(float x, float y, float pixel, ReadOnlySpan<float> blotches)
    {
        Vector3 color = Background(x, y, blotches);
        float left = (x - Right.W) * Toward.W, above = (y - Up.W) * Toward.W, room = 1.1f - left * left - above * above;
        if (room > 0) color = Seen(left, above, MathF.Sqrt(room), pixel * Toward.W, color);
        if (VeilColor.W < 0) return color;

        float dx = x - Veil.X, dy = y - Veil.Y;
        float away = Veil.Z == 0 && Veil.W == 0 ? MathF.Sqrt(dx * dx + dy * dy) : MathF.Abs(dx * Veil.Z + dy * Veil.W);
        float cover = Math.Clamp(0.5f + (VeilColor.W - away) / pixel, 0, 1);
        return Mix(color, Rgb(VeilColor), cover);
    }

    private readonly Vector3 Background(float x, float y, ReadOnlySpan<float> blotches)
    {
        float along = Math.Clamp(0.5f + 0.5f * (Slope.X * x + Slope.Y * y), 0, 1);
        float cx = (x + 1) * (Cells * 0.5f), cy = (y + 1) * (Cells * 0.5f);
        int column = Math.Min((int)cx, Cells - 1), row = Math.Min((int)cy, Cells - 1), i = row * (Cells + 1) + column;
        float u = Smooth(cx - column), v = Smooth(cy - row);
        float low = blotches[i] + (blotches[i + 1] - blotches[i]) * u;
        float high = blotches[i + Cells + 1] + (blotches[i + Cells + 2] - blotches[i + Cells + 1]) * u;
        return Mix(Rgb(Ground), Rgb(Sky), along) + new Vector3(Ground.W * (low + (high - low) * v));
    }

    // Marches along the ray from `depth` before the solid's middle to as far behind it. A ray that misses by less than a pixel
    // sees as much of the solid as its nearest point says: soft edges, and no pixel that rounding turns over.
    private readonly Vector3 Seen(float left, float above, float depth, float pixel, Vector3 behind)
    {
        Vector3 toward = Rgb(Toward), origin = Rgb(Right) * left + Rgb(Up) * above + toward * depth;
        float t = 0, nearest = 1e9f, nearestAt = 0;
        for (int i = 0; i < Steps; i++)
        {
            float distance = Distance(origin - toward * t);
            if (distance < nearest) (nearest, nearestAt) = (distance, t);
            t += distance;
            if (distance < Hit || t > 2 * depth) break;
        }
        float cover = nearest < Hit ? 1 : 1 - nearest / pixel;
        if (cover <= 0) return behind;

        Vector3 p = origin - toward * nearestAt;
        Vector3 normal = NormalAt(p), light = Rgb(Light), half = light + toward;
        float facing = MathF.Max(Dot(normal, light), 0);
        float shine = MathF.Max(Dot(normal, half / MathF.Sqrt(Dot(half, half))), 0);
        shine *= shine;
        shine *= shine;
        shine *= shine;
        shine *= shine;
        Vector3 lit = ColorAt(p) * (Light.W + (1 - Light.W) * facing) + new Vector3(Color.W * shine);
        return Mix(behind, lit, cover);
    }

    private readonly Vector3 ColorAt(Vector3 p)
    {
        float step = OtherColor.W;
        int cell = Kind switch
        {
            6 => (int)MathF.Floor(p.X / step + Slope.Z) + (int)MathF.Floor(p.Y / step + Slope.W),
            7 => (int)MathF.Floor(p.X / step + Slope.Z),
            8 => (int)MathF.Floor(MathF.Sqrt(p.X * p.X + p.Y * p.Y) / step),
            _ => 0,
        };
        return Rgb((cell & 1) == 0 ? Color : OtherColor);
    }

    // From four distances at the corners of a tetrahedron.
    private readonly Vector3 NormalAt(Vector3 p)
    {
        const float e = 0.002f;
        float a = Distance(new(p.X + e, p.Y - e, p.Z - e)), b = Distance(new(p.X - e, p.Y - e, p.Z + e));
        float c = Distance(new(p.X - e, p.Y + e, p.Z - e)), d = Distance(new(p.X + e, p.Y + e, p.Z + e));
        Vector3 n = new(a - b - c + d, c - a - b + d, b - a - c + d);
        return n / MathF.Sqrt(MathF.Max(Dot(n, n), 1e-20f));
    }

    // Signed: negative inside. Outside, never above the distance to the solid, so that the march steps over nothing.
    private readonly float Distance(Vector3 p)
    {
        switch (Kind)
        {
            case 0: return Length(p.X, p.Y, p.Z) - 0.8f;
            case 1: return Box(p, 0.55f, 0.55f);
            case 2: return MathF.Max(0.90056f * Length(p.X, 0, p.Z) + 0.43475f * (p.Y - 0.85f), -0.6f - p.Y);
            case 3: return Length(Length(p.X, 0, p.Z) - 0.65f, p.Y, 0) - 0.26f;
            case 4: return MathF.Max(Length(p.X, 0, p.Z) - 0.55f, MathF.Abs(p.Y) - 0.7f);
            case 5:
                float side = MathF.Max(MathF.Abs(p.X), MathF.Abs(p.Z));
                return MathF.Max(0.91879f * side + 0.39474f * (p.Y - 0.85f), -0.5f - p.Y);
            case 9: return MathF.Max(Star(MathF.Abs(p.X), p.Y), MathF.Abs(p.Z) - 0.1f);
            default: return IsRound == 0 ? Box(p, 0.68f, 0.08f) : MathF.Max(Length(p.X, p.Y, 0) - 0.82f, MathF.Abs(p.Z) - 0.08f);
        }
    }

    private static float Box(Vector3 p, float half, float depth)
    {
        float x = MathF.Abs(p.X) - half, y = MathF.Abs(p.Y) - half, z = MathF.Abs(p.Z) - depth;
        return Length(MathF.Max(x, 0), MathF.Max(y, 0), MathF.Max(z, 0)) + MathF.Min(MathF.Max(x, MathF.Max(y, z)), 0);
    }

    // Folded twice about the line 36 degrees beside the upper point, and once more about the upright, the five points are one
    // half of a point, whose edge is a line.
    private static float Star(float x, float y)
    {
        for (int i = 0; i < 2; i++)
        {
            float beyond = MathF.Max(0.80902f * x - 0.58779f * y, 0);
            (x, y) = (MathF.Abs(x - 2 * 0.80902f * beyond), y + 2 * 0.58779f * beyond);
        }
        return 0.92699f * x + 0.37508f * (y - 0.95f);
    }

    private static float Length(float x, float y, float z) => MathF.Sqrt(x * x + y * y + z * z);

    private static float Smooth(float t) => t * t * (3 - 2 * t);

    private static Vector3 Mix(Vector3 from, Vector3 to, float part) => from + (to - from) * part;

    private static Vector3 Rgb(Vector4 v) => new(v.X, v.Y, v.Z);

    // Spelled out, since the library's order of adding differs from machine to machine.
    private static float Dot(Vector3 a, Vector3 b) => a.X * b.X + a.Y * b.Y + a.Z * b.Z;

    /// <summary>Sine and cosine of the angle whose half has this tangent.</summary>
    private static (float Sine, float Cosine) HalfAngle(float tangent)
    {
        float square = tangent * tangent;
        return (2 * tangent / (1 + square), (1 - square) / (1 + square));
    }

    /// <summary>One random number after the other.</summary>
    private struct Draws(RandomKey key)
    {
        private uint _next;

        public float Between(float from, float to) => from + (to - from) * key.Uniform(++_next);

        public uint Below(int count) => (uint)key.Below(++_next, count);

        public (float Sine, float Cosine) Angle(float halfTangent) => HalfAngle(Between(-halfTangent, halfTangent));

        /// <summary>Any direction; not all of them equally often.</summary>
        public (float Sine, float Cosine) Turn()
        {
            (float sine, float cosine) = Angle(1);
            return Below(2) == 0 ? (sine, cosine) : (-sine, -cosine);
        }

        public Vector3 Color() => new(Between(0.05f, 0.95f), Between(0.05f, 0.95f), Between(0.05f, 0.95f));

        /// <summary>A colour at a distance from two others: the first of some that is, else the last of them.</summary>
        public Vector3 ColorUnlike(float distance, Vector3 one, Vector3 other)
        {
            Vector3 color = Color();
            for (int i = 0; i < 15 && (Near(color, one) || Near(color, other)); i++) color = Color();
            return color;

            bool Near(Vector3 a, Vector3 b) => Dot(a - b, a - b) < distance * distance;
        }
    }
}
