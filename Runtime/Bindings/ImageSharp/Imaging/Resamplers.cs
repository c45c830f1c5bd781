using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace ResNetVulkan.Bindings.Imaging;

internal sealed class Triangle : IResampler
{
    public float Radius => 1;

    public float GetValue(float x) => Math.Max(0, 1 - Math.Abs(x));
}

internal sealed class Box : IResampler
{
    public float Radius => 0.5f;

    public float GetValue(float x) => x is > -0.5f and <= 0.5f ? 1 : 0;
}

/// <summary>No kernel: the resampling takes the pixel under the target's upper left corner, as the package does.</summary>
internal sealed class Nearest : IResampler
{
    public float Radius => 1;

    public float GetValue(float x) => x;
}

/// <summary>Keys' cubic; a = -0.5 is what the package and Pillow use.</summary>
internal sealed class Cubic(float a) : IResampler
{
    public float Radius => 2;

    public float GetValue(float x)
    {
        x = Math.Abs(x);
        return x switch
        {
            <= 1 => ((a + 2) * x - (a + 3)) * x * x + 1,
            < 2 => a * (((x - 5) * x + 8) * x - 4),
            _ => 0,
        };
    }
}

internal sealed class Lanczos(float radius) : IResampler
{
    public float Radius => radius;

    public float GetValue(float x)
    {
        x = Math.Abs(x);
        return x < radius ? Sinc(x) * Sinc(x / radius) : 0;
    }

    private static float Sinc(float x) => x < 1e-6f ? 1 : MathF.Sin(MathF.PI * x) / (MathF.PI * x);
}
