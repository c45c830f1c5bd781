using System.Text.Json;
using NUnit.Framework;
using ResNetVulkan.Tests.Support;

namespace ResNetVulkan.Tests.Demo;

/// <summary>The commands on trained weights and photos, where the data are at hand.</summary>
[TestFixture, Category("Device")]
public sealed class RealWeightsTests
{
    [Test]
    public void A_legacy_archive_makes_8_errors_on_4000_lossless_images()
    {
        string data = TestData.Require("cifar10/data_batch_first4000.bin");
        string weights = TestData.Require("cifar10/resnet20-12fca82f.th");
        CliResult result = Cli.Run(["evaluate", "cifar10", "--data", data, "--weights", weights, "--json"], seconds: 600);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        JsonElement report = JsonDocument.Parse(result.Output).RootElement;
        Assert.That(report.GetProperty("count").GetInt32(), Is.EqualTo(4000));
        Assert.That(report.GetProperty("errors").GetInt32(), Is.EqualTo(8), "as PyTorch");
    }

    [Test, Category("FullNet")]
    public void A_folder_of_photos_runs_in_one_process_and_most_are_told()
    {
        string photos = TestData.Require("imagenet/photos"), labels = TestData.Require("imagenet/imagenet_classes.tsv");
        string weights = TestData.Require("imagenet/ktb_resnet18_small_mixed_f16.safetensors");
        CliResult result = Cli.Run(
            ["classify", photos, "--weights", weights, "--labels", labels, "--batch", "16", "--json"], seconds: 600);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        JsonElement[] images = [.. JsonDocument.Parse(result.Output).RootElement.GetProperty("images").EnumerateArray()];
        // A photo is called n01440764_tench.JPEG.
        int right = images.Count(image =>
            Path.GetFileNameWithoutExtension(image.GetProperty("file").GetString())!.Split('_', 2)[1].Replace('_', ' ')
            == image.GetProperty("top")[0].GetProperty("label").GetString());
        TestContext.Out.WriteLine($"{right} of {images.Length} photos");
        Assert.That(images, Has.Length.EqualTo(100));
        Assert.That(right, Is.GreaterThan(60), "764 of all 1,000 are told, of which these are every tenth");
    }

    [TestCase("resnet18", "imagenet/ktb_resnet18_small_mixed_f16.safetensors")]
    [TestCase("resnet50", "imagenet/ktb_resnet50_large_mixed_f16.safetensors")]
    [TestCase("cifar-resnet20", "cifar10/resnet20_cifar10.safetensors")]
    [Category("FullNet")]
    public void Every_layer_agrees(string model, string weights)
    {
        string photo = TestData.Require("imagenet/photos/n02007558_flamingo.JPEG");
        CliResult result = Cli.Run(["verify", model, "--weights", TestData.Require(weights), "--image", photo], seconds: 900);
        Assert.That(result.ExitCode, Is.Zero, result.Output);
    }
}
