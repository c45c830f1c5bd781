using ResNetVulkan.Bindings.Imaging;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace SixLabors.ImageSharp.Processing.Processors.Transforms
{
    internal interface IResampler
    {
        /// <summary>The kernel is zero beyond this distance, in pixels of the smaller image.</summary>
        public float Radius { get; }

        public float GetValue(float x);
    }
}

namespace SixLabors.ImageSharp.Processing
{
    internal enum ResizeMode
    {
        Crop = 0,
        Pad = 1,
        BoxPad = 2,
        Max = 3,
        Min = 4,
        Stretch = 5,
        Manual = 6,
    }

    internal enum AnchorPositionMode
    {
        Center = 0,
        Top = 1,
        Bottom = 2,
        Left = 3,
        Right = 4,
        TopLeft = 5,
        TopRight = 6,
        BottomRight = 7,
        BottomLeft = 8,
    }

    internal class ResizeOptions
    {
        public ResizeMode Mode { get; set; } = ResizeMode.Crop;

        public AnchorPositionMode Position { get; set; } = AnchorPositionMode.Center;

        public Size Size { get; set; }

        public IResampler Sampler { get; set; } = KnownResamplers.Bicubic;

        public Rectangle? TargetRectangle { get; set; }

        public bool PremultiplyAlpha { get; set; } = true;
    }

    internal static class KnownResamplers
    {
        public static IResampler Bicubic { get; } = new Cubic(-0.5f);

        public static IResampler Box { get; } = new Box();

        public static IResampler Lanczos2 { get; } = new Lanczos(2);

        public static IResampler Lanczos3 { get; } = new Lanczos(3);

        public static IResampler NearestNeighbor { get; } = new Nearest();

        public static IResampler Triangle { get; } = new Triangle();
    }

    internal interface IImageProcessingContext
    {
        public Configuration Configuration { get; }

        public Size GetCurrentSize();
    }

    internal static class ProcessingExtensions
    {
        public static void Mutate(this Image source, Action<IImageProcessingContext> operation)
        {
            ArgumentNullException.ThrowIfNull(operation);
            operation(new ProcessingContext(source));
        }

        public static void Mutate<TPixel>(this Image<TPixel> source, Action<IImageProcessingContext> operation)
            where TPixel : unmanaged, IPixel<TPixel> => Mutate((Image)source, operation);

        public static Image Clone(this Image source, Action<IImageProcessingContext> operation)
        {
            Image clone = source.CloneSame(source.Configuration);
            clone.Mutate(operation);
            return clone;
        }

        public static Image<TPixel> Clone<TPixel>(this Image<TPixel> source, Action<IImageProcessingContext> operation)
            where TPixel : unmanaged, IPixel<TPixel>
        {
            Image<TPixel> clone = source.Clone();
            clone.Mutate(operation);
            return clone;
        }
    }

    internal static class ResizeExtensions
    {
        public static IImageProcessingContext Resize(this IImageProcessingContext source, Size size) =>
            source.Resize(size.Width, size.Height);

        public static IImageProcessingContext Resize(this IImageProcessingContext source, int width, int height) =>
            source.Resize(width, height, KnownResamplers.Bicubic);

        public static IImageProcessingContext Resize(
            this IImageProcessingContext source, int width, int height, IResampler sampler) =>
            source.Resize(new ResizeOptions { Mode = ResizeMode.Stretch, Size = new Size(width, height), Sampler = sampler });

        public static IImageProcessingContext Resize(this IImageProcessingContext source, ResizeOptions options)
        {
            ArgumentNullException.ThrowIfNull(options);
            return ProcessingContext.Apply(source, image => image.Resize(options));
        }
    }

    internal static class CropExtensions
    {
        public static IImageProcessingContext Crop(this IImageProcessingContext source, int width, int height) =>
            source.Crop(new Rectangle(0, 0, width, height));

        public static IImageProcessingContext Crop(this IImageProcessingContext source, Rectangle cropRectangle) =>
            ProcessingContext.Apply(source, image => image.Crop(cropRectangle));
    }

    internal static class AutoOrientExtensions
    {
        /// <summary>Turns and mirrors the pixels as EXIF's orientation says, which is then 1.</summary>
        public static IImageProcessingContext AutoOrient(this IImageProcessingContext source) =>
            ProcessingContext.Apply(source, image => image.AutoOrient());
    }
}
