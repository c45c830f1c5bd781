using NUnit.Framework;
using ResNetVulkan.Gpu;
using Silk.NET.Vulkan;

namespace ResNetVulkan.Tests.Gpu;

/// <summary>The table against adapters that this machine need not have.</summary>
[TestFixture]
public sealed class GpuRequirementsTests
{
    private static readonly QueueFamilyProperties Graphics =
        new() { QueueFlags = QueueFlags.GraphicsBit, QueueCount = 1, TimestampValidBits = 64 };

    private static readonly QueueFamilyProperties Both =
        new() { QueueFlags = QueueFlags.GraphicsBit | QueueFlags.ComputeBit, QueueCount = 1, TimestampValidBits = 64 };

    private static readonly QueueFamilyProperties ComputeOnly =
        new() { QueueFlags = QueueFlags.ComputeBit, QueueCount = 2, TimestampValidBits = 36 };

    private static readonly QueueFamilyProperties ComputeWithoutClock =
        new() { QueueFlags = QueueFlags.ComputeBit, QueueCount = 2 };

    [Test]
    public void Names_everything_that_is_missing_at_once()
    {
        Adapter adapter = new() { Name = "bare", ApiVersion = new Version(1, 2, 131), Families = [Graphics] };
        Assert.That(
            GpuRequirements.Missing(adapter), Is.EqualTo(["lacks a queue family with compute", "lacks timelineSemaphore"]));
    }

    [Test]
    public void Names_only_the_version_where_it_is_too_old()
    {
        Adapter adapter = new() { Name = "old", ApiVersion = new Version(1, 0, 12), Families = [Graphics] };
        Assert.That(GpuRequirements.Missing(adapter), Is.EqualTo(["has Vulkan 1.0, 1.2 is needed"]));
    }

    [Test]
    public void Requires_nothing_else()
    {
        Adapter adapter = Baseline();
        Assert.Multiple(() =>
        {
            Assert.That(GpuRequirements.Missing(adapter), Is.Empty);
            Assert.That(
                GpuRequirements.Usable(adapter, new GpuOptions()),
                Is.EquivalentTo([GpuRequirements.Vulkan12, GpuRequirements.Compute, GpuRequirements.TimelineSemaphore]));
        });
    }

    [Test]
    public void Uses_what_is_present_and_wanted()
    {
        FeatureChain features = Baseline().Features;
        features.Vulkan12.BufferDeviceAddress = true;
        features.Core.Features.ShaderInt64 = true;
        Adapter adapter = Baseline(features, "VK_EXT_memory_budget", "VK_KHR_portability_subset", "VK_KHR_something_else");

        HashSet<GpuRequirement> all = GpuRequirements.Usable(adapter, new GpuOptions());
        HashSet<GpuRequirement> without = GpuRequirements.Usable(adapter, new GpuOptions { DisableAddresses = true });
        Assert.Multiple(() =>
        {
            Assert.That(all, Is.SupersetOf([
                GpuRequirements.BufferDeviceAddress, GpuRequirements.ShaderInt64, GpuRequirements.MemoryBudget,
                GpuRequirements.PortabilitySubset]));
            Assert.That(all, Does.Not.Contain(GpuRequirements.ShaderFloat16));
            Assert.That(all.Except(without), Is.EqualTo([GpuRequirements.BufferDeviceAddress]));
        });
    }

    [Test]
    public void Has_one_row_a_name_and_one_bit_a_feature()
    {
        Assert.That(GpuRequirements.All.Select(row => row.Name), Is.Unique);
        foreach (GpuRequirement row in GpuRequirements.All.Where(row => row.Bit is not null))
        {
            // Only this row's bit is on: exactly this row finds it.
            FeatureChain features = default;
            row.Bit!(ref features) = true;
            Adapter adapter = new() { Name = "one", ApiVersion = new Version(1, 3), Features = features };
            IEnumerable<GpuRequirement> found =
                GpuRequirements.All.Where(other => other.Bit is not null && other.MissingFrom(adapter) is null);
            Assert.That(found, Is.EqualTo([row]));
        }
    }

    [Test]
    public void Computes_away_from_graphics_where_that_can_be_timed()
    {
        Assert.Multiple(() =>
        {
            Assert.That(With(Both, ComputeWithoutClock, ComputeOnly).ComputeFamily, Is.EqualTo(2));
            Assert.That(With(Graphics, Both, ComputeWithoutClock).ComputeFamily, Is.EqualTo(1));
            Assert.That(With(Graphics, ComputeWithoutClock).ComputeFamily, Is.EqualTo(1));
            Assert.That(With(Graphics).ComputeFamily, Is.Null);
        });

        static Adapter With(params QueueFamilyProperties[] families) =>
            new() { Name = "x", ApiVersion = new Version(1, 2), Families = families };
    }

    [TestCase("Mesa 22.3.6 (LLVM 15.0.6)", "22.3.6")]
    [TestCase("Mesa 25.0.7-2~bpo12+1 (LLVM 15.0.6)", "25.0.7")]
    [TestCase("535.129.03", "535.129.3")]
    [TestCase("v2.5.1 (LLPC)", "2.5.1")]
    [TestCase("git 1f2e", "0.0")]
    [TestCase("", "0.0")]
    public void Reads_the_driver_s_version(string driverInfo, string version) =>
        Assert.That(Adapter.VersionIn(driverInfo), Is.EqualTo(Version.Parse(version)));

    private static Adapter Baseline() => Baseline(default);

    private static Adapter Baseline(FeatureChain features, params string[] extensions)
    {
        features.Vulkan12.TimelineSemaphore = true;
        return new Adapter
        {
            Name = "baseline",
            ApiVersion = new Version(1, 2),
            Features = features,
            Families = [Both],
            Extensions = [.. extensions],
        };
    }
}
