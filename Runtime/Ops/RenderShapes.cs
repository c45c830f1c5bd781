using System.Runtime.InteropServices;
using ResNetVulkan.Data;
using ResNetVulkan.Graphs;
using ResNetVulkan.Kernels;
using ResNetVulkan.Oracle;

namespace ResNetVulkan.Ops;

/// <summary>The pictures of <see cref="Shapes"/>, rendered on the device from their scenes.</summary>
/// <param name="Side">Of each picture, in pixels: a multiple of 4.</param>
/// <remarks>
/// Input: (N, <see cref="ShapeScene.Words"/>, 1, 1) words, <see cref="ShapeScene"/>s as they lie in memory. Output: (N, 3, Side,
/// Side) bytes. They are those of <see cref="ShapeScene.Render"/> but for rounding, which may turn over a pixel on an edge.
/// </remarks>
public sealed record RenderShapes(int Side) : Op
{
    private static readonly Kernel<Push> Kernel = new("image/shapes.comp", "", "scenes", "pixels");

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> inputs)
    {
        if (inputs[0] is not { Element: ElementType.UInt32, Shape: { C: ShapeScene.Words, H: 1, W: 1 } })
            throw new ShapeException($"RenderShapes: the scenes {inputs[0]} are not {ShapeScene.Words} words each.");
        if (Side < 4 || Side % 4 != 0)
            throw new ShapeException($"RenderShapes: a side of {Side} pixels is no multiple of 4.");
        return [new(new Shape(inputs[0].Shape.N, 3, Side, Side), ElementType.UInt8)];
    }

    /// <inheritdoc/>
    public override void Record(OpStep step)
    {
        (TensorView scenes, TensorView pixels) = (step.Inputs[0], step.Outputs[0]);
        long quads = pixels.Shape.Pixels / 4;
        step.Flat(Kernel, new Push(checked((uint)quads), (uint)Side), quads, scenes, pixels);
    }

    /// <inheritdoc/>
    public override DoubleTensor[] Evaluate(IReadOnlyList<DoubleTensor> inputs)
    {
        DoubleTensor scenes = inputs[0];
        uint[] words = Array.ConvertAll(scenes.Values, value => (uint)value);
        double[] values = new double[scenes.N * 3 * Side * Side], bound = new double[values.Length];
        int start = 0;
        foreach (ShapeScene scene in MemoryMarshal.Cast<uint, ShapeScene>(words))
        {
            byte[] pixels = scene.Render(Side).Pixels;
            for (int i = 0; i < pixels.Length; i++) values[start + i] = pixels[i];
            Bound(scene, bound.AsSpan(start, pixels.Length));
            start += pixels.Length;
        }
        return [new DoubleTensor(scenes.N, 3, Side, Side, values, bound)];
    }

    /// <inheritdoc/>
    public override string ToString() => $"RenderShapes {Side}x{Side}";

    // One level of rounding, and on an edge as much as the neighbours differ without the noise, which is the same on both sides.
    private void Bound(ShapeScene scene, Span<double> bound)
    {
        scene.Sky.W = 0;
        byte[] clean = scene.Render(Side).Pixels;
        for (int i = 0; i < clean.Length; i++)
        {
            (int row, int column, int c) = (i / 3 / Side, i / 3 % Side, i % 3);
            int low = 255, high = 0;
            for (int y = Math.Max(row - 1, 0); y <= Math.Min(row + 1, Side - 1); y++)
            {
                for (int x = Math.Max(column - 1, 0); x <= Math.Min(column + 1, Side - 1); x++)
                {
                    int v = clean[3 * (y * Side + x) + c];
                    (low, high) = (Math.Min(low, v), Math.Max(high, v));
                }
            }
            bound[i] = 1 + high - low;
        }
    }

    private readonly record struct Push(uint Count, uint Side);
}
