using System.Runtime.InteropServices;
using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Gpu;
using ResNetVulkan.Graphs;
using ResNetVulkan.Ops;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Ops;

/// <summary>
/// Batches made on the device against the host's: equal to the pixel where nothing is resized, else within a byte's rounding.
/// </summary>
[TestFixture, Category("Device")]
public sealed class AugmentImagesTests : OpTests
{
    private static readonly Augmentation Cifar = new(32, 32)
    {
        Crop = Crop.Padded, Flip = true, Normalization = Normalization.Cifar10,
    };

    private static readonly Augmentation Light = Cifar with { Brightness = 0.4f, Contrast = 0.4f, Saturation = 0.4f };

    private static readonly OpCase[] Cases =
    [
        Case("as they are", new(5, 3), new Shape(4, 3, 5, 3)),
        Case("CIFAR's recipe", Cifar, new Shape(9, 3, 32, 32)),
        Case("all of the light", Light, new Shape(7, 3, 32, 32)),
        Case("contrast alone", new(7, 9) { Crop = Crop.Padded, Padding = 1, Contrast = 1 }, new Shape(5, 3, 7, 9)),
        Case("light of grey pictures", Light with { Cutout = 9 }, new Shape(3, 1, 29, 31)),
        Case("a square cut out", Cifar with { Cutout = 16 }, new Shape(8, 3, 32, 32)),
        Case("a square larger than the picture", new(6, 5) { Cutout = 40 }, new Shape(2, 3, 6, 5)),
        Case("d2l's recipe", new(96, 96), new Shape(3, 1, 28, 28)),
        Case("larger, in another light", new(50, 31) { Contrast = 0.5f, Saturation = 1 }, new Shape(3, 3, 37, 31)),
        Case("smaller, of odd extents", new(11, 7) { Flip = true }, new Shape(5, 3, 37, 30)),
        Case("one axis alone", new(13, 30) { Flip = true }, new Shape(5, 3, 37, 30)),
        Case("random parts", new(24, 24) { Crop = Crop.Area, Flip = true }, new Shape(6, 3, 41, 33)),
        Case("random parts in another light", Light with { Crop = Crop.Area, Cutout = 8 }, new Shape(6, 3, 20, 57)),
        Case("the middle", new(17, 17) { Crop = Crop.Center, Resize = 24 }, new Shape(3, 3, 30, 41)),
        Case("the middle without resizing", new(8, 9) { Crop = Crop.Center }, new Shape(3, 3, 13, 12)),
        Case("the middle of what is smaller", new(17, 18) { Crop = Crop.Center }, new Shape(3, 1, 6, 9)),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with_the_host(OpCase c) => AssertAgrees(c);

    [Test]
    public void A_set_longer_than_a_storage_buffer_needs_addresses()
    {
        TensorType pictures = new(new Shape(50_000, 3, 32, 32), ElementType.UInt8);
        GpuTraits traits = Device.Traits with { HasAddresses = false, MaxStorageRange = 128 << 20 };
        ShapeException error = Assert.Throws<ShapeException>(() => Compile(traits))!;
        Assert.That(error.Message, Does.Contain("153,600,000 bytes").And.Contains("bufferDeviceAddress"));
        Assert.DoesNotThrow(() => Compile(traits with { HasAddresses = true }));

        void Compile(GpuTraits device)
        {
            Graph graph = new();
            Tensor rows = graph.Input("rows", new(new Shape(4, PictureRow.Words, 1, 1), ElementType.UInt32));
            graph.Output(graph.Append("x", new AugmentImages(Cifar), graph.State("pictures", pictures), rows));
            GraphCompiler.Compile(graph, device, new());
        }
    }

    [Test]
    public void Says_what_does_not_fit()
    {
        TensorType pictures = new(new Shape(2, 3, 8, 8), ElementType.UInt8);
        TensorType rows = new(new Shape(4, PictureRow.Words, 1, 1), ElementType.UInt32);
        AssertRefuses(new AugmentImages(Cifar), "AugmentImages: the pictures (2, 3, 8, 8) are not bytes of 1 or 3 channels.",
            pictures with { Element = ElementType.Float32 }, rows);
        AssertRefuses(new AugmentImages(Cifar), "AugmentImages: the rows (4, 1, 1, 1) UInt32 are not 16 words each.",
            pictures, rows with { Shape = Shape.Vector(4) });
    }

    // Twice as many rows as pictures, in an order that is not theirs.
    private static OpCase Case(string name, Augmentation augmentation, Shape pictures)
    {
        int n = 2 * pictures.N;
        PictureRow[] rows =
        [
            .. Enumerable.Range(0, n).Select(i => augmentation.Draw(
                EpochOrder.KeyOf(3, 1, i), (int)(Hash.Bits(1, (uint)i) % pictures.N), pictures.H, pictures.W)),
        ];
        return new OpCase(name, new AugmentImages(augmentation), new TensorType(pictures, ElementType.UInt8),
            new TensorType(new Shape(n, PictureRow.Words, 1, 1), ElementType.UInt32))
        {
            Values = (input, values) => input == 1
                ? MemoryMarshal.Cast<PictureRow, float>(rows).ToArray()
                : [.. values.Select((_, i) => (float)(Hash.Bits(7, (uint)i) & 255))],
        };
    }
}
