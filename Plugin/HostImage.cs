namespace ResNetVulkan.Plugin;

/// <summary>How the plugin reads a host's image: by what the image was made for (VkImageUsageFlags).</summary>
public enum ImageAccess
{
    /// <summary>
    /// VK_IMAGE_USAGE_SAMPLED_BIT: texels are fetched through the view, in VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL.
    /// </summary>
    Sampled,

    /// <summary>VK_IMAGE_USAGE_STORAGE_BIT: texels are loaded through the view, in VK_IMAGE_LAYOUT_GENERAL.</summary>
    Storage,

    /// <summary>
    /// VK_IMAGE_USAGE_TRANSFER_SRC_BIT: the image is copied, in VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL; needs no view.
    /// </summary>
    Transfer,
}

/// <summary>What the numbers of a floating-point image are.</summary>
public enum ImageEncoding
{
    /// <summary>
    /// The format says: floating-point formats hold light, linearly; all others what a display is sent (sRGB). An _SRGB view is
    /// encoded again after it is read.
    /// </summary>
    OfFormat,

    /// <summary>The numbers are what a display is sent, from 0 to 1, whatever the format.</summary>
    Display,
}

/// <summary>A part of an image, in pixels from its upper left corner.</summary>
/// <param name="X">The first column.</param>
/// <param name="Y">The first row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct ImageRegion(int X, int Y, int Width, int Height);

/// <summary>
/// A host's own two-dimensional VkImage with one sample, and what must be known to read it: none of that can be asked of a
/// VkImage.
/// </summary>
/// <remarks>
/// The image is read while the commands run that it was handed over with (of a frame in slices: the first slice), comes back in
/// <see cref="Layout"/> with the pixels that it had, and must live until then. The pixels are of the first mip level and array
/// layer of the view, or with <see cref="ImageAccess.Transfer"/> of <see cref="MipLevel"/> and <see cref="ArrayLayer"/>.
/// </remarks>
public readonly record struct HostImage
{
    /// <summary>VkImage.</summary>
    public required ulong Image { get; init; }

    /// <summary>VkImageView (2D, identity swizzle, colour); 0 with <see cref="ImageAccess.Transfer"/>.</summary>
    public ulong View { get; init; }

    /// <summary>
    /// VkFormat of the view, or of the image where there is none: R8G8B8A8 or B8G8R8A8 (UNORM, SRGB), A2B10G10R10_UNORM,
    /// R16G16B16A16_SFLOAT, B10G11R11_UFLOAT.
    /// </summary>
    public required int Format { get; init; }

    /// <summary>Columns of the mip level, in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Rows of the mip level, in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>VkImageLayout that the image has when the commands run, and has again after them; not UNDEFINED.</summary>
    public required int Layout { get; init; }

    /// <summary>How it is to be read.</summary>
    public ImageAccess Access { get; init; }

    /// <summary>VkSampleCountFlagBits; 1.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>The mip level that is read.</summary>
    public int MipLevel { get; init; }

    /// <summary>The array layer that is read.</summary>
    public int ArrayLayer { get; init; }

    /// <summary>What part of it is the frame; null for all.</summary>
    public ImageRegion? Region { get; init; }

    /// <summary>Whether the first row is the lowest, as OpenGL has it.</summary>
    public bool IsFlipped { get; init; }

    /// <summary>
    /// The queue family that owns the image; null where it is the plugin's, or where the image is shared. With another one, the
    /// host releases the image to the plugin's family before and acquires it after.
    /// </summary>
    public uint? QueueFamily { get; init; }

    /// <summary>What the numbers are.</summary>
    public ImageEncoding Encoding { get; init; }

    /// <summary>What linear light is multiplied with before it is clamped to 0 to 1 and encoded.</summary>
    public float Exposure { get; init; } = 1;

    /// <summary>Everything else is set by name.</summary>
    public HostImage()
    {
    }
}
