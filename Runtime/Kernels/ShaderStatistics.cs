namespace ResNetVulkan.Kernels;

/// <summary>Where a library's modules came from so far.</summary>
/// <param name="Compiled">By the compiler, in this process.</param>
/// <param name="FromCache">Read from a folder.</param>
/// <param name="NotKept">Compiled, but the cache folder could not be written; the next start compiles them again.</param>
public readonly record struct ShaderStatistics(int Compiled, int FromCache, int NotKept)
{
    /// <summary>"2 shaders compiled, 21 from the cache".</summary>
    public override string ToString() =>
        $"{Compiled} shaders compiled, {FromCache} from the cache" + (NotKept == 0 ? "" : $", {NotKept} could not be kept there");
}
