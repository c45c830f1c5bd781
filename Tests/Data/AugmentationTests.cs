using NUnit.Framework;
using ResNetVulkan.Data;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Data;

[TestFixture]
public sealed class AugmentationTests
{
    private static readonly RandomKey Key = new(1234);

    [Test]
    public void A_row_is_a_function_of_its_key()
    {
        Augmentation all = new(20, 20)
        {
            Crop = Crop.Area, Flip = true, Brightness = 0.5f, Contrast = 0.5f, Saturation = 0.5f, Cutout = 5,
        };
        PictureRow row = all.Draw(Key, 3, 40, 50);
        Assert.That(all.Draw(Key, 3, 40, 50), Is.EqualTo(row));
        Assert.That(all.Draw(new(1235), 3, 40, 50), Is.Not.EqualTo(row));
        Assert.That(row.Picture, Is.EqualTo(3));
    }

    [Test]
    public void Padded_parts_begin_everywhere_and_half_are_mirrored()
    {
        Augmentation cifar = new(32, 32) { Crop = Crop.Padded, Padding = 4, Flip = true };
        PictureRow[] rows = [.. Enumerable.Range(0, 10_000).Select(i => cifar.Draw(Key[(uint)i], i, 32, 32))];
        var places = rows.GroupBy(row => (row.OffsetX, row.OffsetY)).ToDictionary(group => group.Key, group => group.Count());
        Assert.That(places, Has.Count.EqualTo(81));
        Assert.That(places.Keys.Select(at => Math.Max(Math.Abs(at.OffsetX), Math.Abs(at.OffsetY))).Max(), Is.EqualTo(4));
        Assert.That(places.Values, Is.All.InRange(70, 190), "123 are expected, give or take 6 deviations of 11");
        Assert.That(rows.Count(row => row.Flip == 1), Is.EqualTo(5000).Within(300), "6 deviations of 50");
        Assert.That(rows, Has.All.Matches<PictureRow>(row => !row.Resizes && row.Brightness == 1 && row.CutSide == 0));
    }

    [TestCase(300, 400)]
    [TestCase(64, 64)]
    [TestCase(20, 900)]
    public void Random_parts_lie_within_the_picture(int height, int width)
    {
        Augmentation area = new(64, 64) { Crop = Crop.Area, MinArea = 0.1f };
        double least = 1, most = 0;
        for (int i = 0; i < 5000; i++)
        {
            PictureRow row = area.Draw(Key[(uint)i], i, height, width);
            Assert.That(row.Left + row.Width, Is.LessThanOrEqualTo((uint)width));
            Assert.That(row.Top + row.Height, Is.LessThanOrEqualTo((uint)height));
            Assert.That((double)row.Width / row.Height, Is.InRange(0.7, 1.43), "3/4 to 4/3 and the rounding to pixels");
            double part = (double)row.Width * row.Height / ((double)width * height);
            (least, most) = (Math.Min(least, part), Math.Max(most, part));
        }
        if (width > 2 * height) return;     // parts of that ratio are never that large
        Assert.That(least, Is.InRange(0.095, 0.12));
        Assert.That(most, Is.GreaterThan(0.93));
    }

    [Test]
    public void Light_stays_within_its_reach()
    {
        Augmentation light = new(8, 8) { Brightness = 0.4f, Contrast = 1.5f };
        PictureRow[] rows = [.. Enumerable.Range(0, 5000).Select(i => light.Draw(Key[(uint)i], i, 8, 8))];
        Assert.That(rows.Select(row => row.Brightness), Is.All.InRange(0.6f, 1.4f));
        Assert.That(rows.Average(row => row.Brightness), Is.EqualTo(1).Within(0.02));
        Assert.That(rows.Select(row => row.Contrast), Is.All.InRange(0f, 2.5f), "from 0 at the least, as torchvision does");
        Assert.That(rows.Select(row => row.Saturation), Is.All.EqualTo(1f));
    }

    [Test]
    public void Framing_moves_mirrors_and_fills_with_black()
    {
        // A picture whose red is its column and whose green is its row.
        byte[] pixels = [.. Enumerable.Range(0, 6).SelectMany(i => new byte[] { (byte)(10 + i % 3), (byte)(20 + i / 3), 9 })];
        Augmentation crop = new(2, 3);
        PictureRow row = new(0, 0, 0, 3, 2, 3, 2, OffsetX: 1, OffsetY: -1, Flip: 1, 1, 1, 1, 0, 0, 0);
        Assert.That(crop.Frame(new PixelImage(3, 2, pixels), row),
            Is.EqualTo(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 20, 9, 11, 20, 9 }));
        Assert.That(crop.Frame(new PixelImage(3, 2, pixels), row.AfterFraming(0, 2, 3)), Is.EqualTo(pixels));
    }

    [Test]
    public void Evaluation_is_the_middle_in_its_own_light()
    {
        Augmentation train = new(224, 224) { Crop = Crop.Area, Flip = true, Brightness = 0.4f, Cutout = 20 };
        Assert.That(train.Evaluation, Is.EqualTo(new Augmentation(224, 224) { Crop = Crop.Center, Resize = 256 }));
        PictureRow row = train.Evaluation.Draw(Key, 0, 300, 400);
        Assert.That((row.ResizedWidth, row.ResizedHeight, row.OffsetX, row.OffsetY), Is.EqualTo((341u, 256u, 58, 16)));
        Assert.That(train.Evaluation.Draw(new(99), 0, 300, 400), Is.EqualTo(row));

        Augmentation cifar = new Augmentation(32, 32) { Crop = Crop.Padded }.Evaluation;
        Assert.That(cifar.Resizes(32, 32), Is.False);
        Assert.That(cifar.Draw(Key, 0, 32, 32), Is.EqualTo(new PictureRow(0, 0, 0, 32, 32, 32, 32, 0, 0, 0, 1, 1, 1, 0, 0, 0)));
    }

    [Test]
    public void A_picture_too_small_for_its_part_is_an_error()
    {
        Augmentation cifar = new(32, 32) { Crop = Crop.Padded, Padding = 2 };
        Assert.That(Assert.Throws<InvalidDataException>(() => cifar.Draw(Key, 0, 40, 27))!.Message,
            Is.EqualTo("A picture of 27x40 with a border of 2 has no part of 32x32; resize it, or pad more."));
    }

    [Test]
    public void The_d2l_recipe_resizes_as_Pillow_does()
    {
        Idx set = Idx.OpenFolder(TestData.Require("fashion-mnist"));
        Augmentation d2l = new(96, 96);
        using TemporaryFolder folder = new();
        for (int i = 0; i < 20; i++)
        {
            PixelImage image = set.Read(i);
            string path = folder.File($"{i}.png");
            ImageFile.Write(path, image);
            byte[] wanted = Pillow.Run(
                "out.write(Image.open(args[0]).convert('L').resize((96, 96), Image.BILINEAR).tobytes())", path);
            byte[] got = d2l.Frame(image, d2l.Draw(Key, 0, 28, 28));
            Assert.That(got.Where((_, at) => at % 3 == 0), Is.EqualTo(wanted), $"picture {i}");
        }
    }
}
