#nullable disable   // as the package

namespace Silk.NET.Core;

/// <summary>Vulkan's 32-bit boolean: zero is false, anything else true.</summary>
internal readonly struct Bool32(uint val) : IEquatable<Bool32>, IEquatable<uint>, IEquatable<bool>
{
    public Bool32(bool val) : this(val ? 1u : 0u) { }

    public uint Value { get; } = val;

    public override int GetHashCode() => (int)Value;

    public override bool Equals(object obj) => obj switch
    {
        Bool32 other => Equals(other),
        uint other => Equals(other),
        bool other => Equals(other),
        _ => false,
    };

    public bool Equals(Bool32 other) => Value == other.Value;

    public bool Equals(uint other) => Value == other;

    public bool Equals(bool other) => (Value != 0) == other;

    public static implicit operator bool(Bool32 val) => val.Value != 0;

    public static implicit operator uint(Bool32 val) => val.Value;

    public static implicit operator Bool32(bool val) => new(val);

    public static implicit operator Bool32(uint val) => new(val);

    public static bool operator ==(Bool32 left, Bool32 right) => left.Equals(right);

    public static bool operator !=(Bool32 left, Bool32 right) => !left.Equals(right);

    public static bool operator ==(Bool32 left, bool right) => left.Equals(right);

    public static bool operator !=(Bool32 left, bool right) => !left.Equals(right);

    public static bool operator ==(bool left, Bool32 right) => right.Equals(left);

    public static bool operator !=(bool left, Bool32 right) => !right.Equals(left);

    public static bool operator ==(Bool32 left, uint right) => left.Equals(right);

    public static bool operator !=(Bool32 left, uint right) => !left.Equals(right);

    public static bool operator ==(uint left, Bool32 right) => right.Equals(left);

    public static bool operator !=(uint left, Bool32 right) => !right.Equals(left);
}
