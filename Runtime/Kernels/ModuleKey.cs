using System.Text;

namespace ResNetVulkan.Kernels;

/// <summary>
/// What a module is known by: a SHA-256 of all that decides its words, which are the expanded text, the defines and the
/// compiler's target. The compiler's own version is left out, so what a build compiled ahead serves machines with another
/// compiler, or none.
/// </summary>
internal sealed class ModuleKey
{
    private readonly byte[] _hash;

    public ModuleKey(string text, IEnumerable<string> defines, string target)
    {
        // Neither a define nor the target holds a line end, so no two triples give the same bytes.
        string all = $"{target}\n{string.Join(' ', defines)}\n{text}";
        _hash = Sha256.HashData(Encoding.UTF8.GetBytes(all));
        Name = Convert.ToHexStringLower(_hash);
    }

    /// <summary>64 hexadecimal digits.</summary>
    public string Name { get; }

    /// <summary>The 32 bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _hash;
}
