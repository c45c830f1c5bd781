using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Processing;

namespace ResNetVulkan.Bindings.Imaging;

/// <summary>The operations of one Mutate, run as they are named. Borrows the image.</summary>
internal sealed class ProcessingContext(Image image) : IImageProcessingContext
{
    public Configuration Configuration => image.Configuration;

    public Size GetCurrentSize() => image.Size;

    public static IImageProcessingContext Apply(IImageProcessingContext context, Action<Image> operation)
    {
        operation(((ProcessingContext)context).Image);
        return context;
    }

    private Image Image => image;
}
