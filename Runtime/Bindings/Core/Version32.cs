#nullable disable   // as the package

namespace Silk.NET.Core;

/// <summary>
/// A version as Vulkan packs it: 10 bits major, 10 minor, 12 patch. To print one, cast it to <see cref="Version"/>.
/// </summary>
internal readonly struct Version32
{
    public Version32(uint major, uint minor, uint patch) => Value = major << 22 | minor << 12 | patch;

    private Version32(uint value) => Value = value;

    public uint Value { get; }

    public uint Major => Value >> 22;

    public uint Minor => Value >> 12 & 0x3FF;

    public uint Patch => Value & 0xFFF;

    public static explicit operator Version32(uint val) => new(val);

    public static implicit operator Version32(Version version) =>
        new((uint)version.Major, (uint)version.Minor, (uint)Math.Max(version.Build, 0));

    public static implicit operator uint(Version32 version) => version.Value;

    public static implicit operator Version(Version32 version) =>
        new((int)version.Major, (int)version.Minor, (int)version.Patch);
}
