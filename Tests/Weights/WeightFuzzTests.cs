using System.Buffers.Binary;
using System.Diagnostics;
using NUnit.Framework;
using ResNetVulkan.Tests.Support;
using ResNetVulkan.Weights;

namespace ResNetVulkan.Tests.Weights;

/// <summary>Damaged files of every layout: no crash, no hang, no large allocation, and one type of exception.</summary>
[TestFixture]
public sealed class WeightFuzzTests
{
    private const int Files = 4000;     // of each layout
    private const int Seed = 20240229;

    // Parsing may take 4 MiB beside four times the file; no file here is large enough for a parser in order to come near it.
    private const long AllowedBytes = 1 << 20;
    private static readonly TimeSpan AllowedTime = TimeSpan.FromSeconds(10);    // most take 0.5 ms; the machine may be busy

    // Values on which sizes, offsets and counts tip over.
    private static readonly long[] Edges =
    [
        0, 1, -1, 2, 7, 8, 127, 128, 255, 256, 32767, 65535, 65536, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, 1L << 40,
        long.MaxValue, long.MinValue, long.MaxValue / 4, 100_000_000, 100_000_001,
    ];

    private static readonly string[] Tokens =
    [
        "q\0", "h\0", "(", "t", "u", "e", "s", "a", "R", "b", "Q", ".", "}", "]", ")", "\u0085", "\u0086", "N", "cos\nsystem\n",
        "PK\u0001\u0002", "PK\u0005\u0006", "PK\u0006\u0007", "{", "[", "\"", ",", "-1", "1e99", "18446744073709551616",
        "\\ud800", "[9223372036854775807]", "\"shape\"", "\"__metadata__\":", "0", "null",
    ];

    [Test]
    public void A_damaged_file_is_read_or_rejected([Values] WeightFormat format)
    {
        using TemporaryFolder folder = new();
        byte[] seed = SeedFile(folder, format);
        using (WeightFile sound = WeightFile.Open(folder.File("fuzz", seed)))
            Assert.That((sound.Format, sound.Tensors.Count), Is.EqualTo((format, 4)));

        Random random = new(Seed + (int)format);
        (int read, int rejected) = (0, 0);
        for (int i = 0; i < Files; i++)
        {
            byte[] damaged = Damage(seed, random);
            if (Survives(folder.File("fuzz", damaged), damaged.Length, $"file {i} of seed {Seed}"))
                read++;
            else
                rejected++;
        }

        TestContext.Out.WriteLine($"{format}: {seed.Length} bytes, {Files} damaged files, {read} read, {rejected} rejected");
        Assert.That(read, Is.GreaterThan(Files / 100), "damage to values and names is not always noticed");
        Assert.That(rejected, Is.GreaterThan(Files / 4));
    }

    private static bool Survives(string path, long length, string which)
    {
        long started = Stopwatch.GetTimestamp();
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool read = false;
        try
        {
            using WeightFile file = WeightFile.Open(path);
            CheckAllocated("opening allocated too much");
            foreach (WeightTensor tensor in file.Tensors.Values)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
                float[] values = tensor.ToFloats();
                Check(values.Length == tensor.Count, which, "another number of values");
                CheckAllocated("reading allocated too much");
            }

            read = true;
        }
        catch (WeightFileException error)
        {
            Check(error.Message.Length is > 20 and < 600, which, error.Message);
            CheckAllocated("rejecting allocated too much");
        }
        catch (Exception error) when (error is not AssertionException)
        {
            Assert.Fail($"{which}: {error}");
        }

        Check(Stopwatch.GetElapsedTime(started) < AllowedTime, which, "took too long");
        return read;

        void CheckAllocated(string what) =>
            Check(GC.GetAllocatedBytesForCurrentThread() - before <= (4 * length) + AllowedBytes, which, what);
    }

    // Assert.That costs more than reading a file.
    private static void Check(bool good, string which, string what)
    {
        if (!good)
            Assert.Fail($"{which}: {what}");
    }

    private static byte[] SeedFile(TemporaryFolder folder, WeightFormat format)
    {
        string path = folder.File("seed");
        switch (format)
        {
            case WeightFormat.Safetensors:
                Safetensors.Write(path, TorchArchiveTests.SmallModel(), new Dictionary<string, string> { ["format"] = "pt" });
                break;
            case WeightFormat.TorchZip:
                TorchArchive.Write(path, TorchArchiveTests.SmallModel());
                break;
            default:
                return LegacyArchive.Of(TorchArchiveTests.SmallModel());
        }

        return File.ReadAllBytes(path);
    }

    // One to four hurts, each of a kind that a parser may stumble over.
    private static byte[] Damage(byte[] seed, Random random)
    {
        List<byte> file = [.. seed];
        for (int hurts = random.Next(1, 5); hurts > 0 && file.Count > 0; hurts--)
        {
            int at = random.Next(file.Count);
            int length = random.Next(1, Math.Min(64, file.Count - at) + 1);
            switch (random.Next(8))
            {
                case 0:     // a bit
                    file[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:     // a byte
                    file[at] = (byte)random.Next(256);
                    break;
                case 2:     // a cut
                    file.RemoveRange(at, file.Count - at);
                    break;
                case 3:     // a piece that is missing
                    file.RemoveRange(at, length);
                    break;
                case 4:     // a piece that is there twice
                    file.InsertRange(random.Next(file.Count), file.GetRange(at, length));
                    break;
                case 5:     // a piece of another file, or the same
                    int from = random.Next(seed.Length);
                    file.InsertRange(at, seed[from..Math.Min(seed.Length, from + length)]);
                    break;
                case 6:     // a length, offset or count
                    byte[] number = new byte[8];
                    BinaryPrimitives.WriteInt64LittleEndian(number, Edges[random.Next(Edges.Length)]);
                    int width = 1 << random.Next(4);
                    for (int i = 0; i < width && at + i < file.Count; i++)
                        file[at + i] = number[i];
                    break;
                default:    // a piece of syntax
                    string token = Tokens[random.Next(Tokens.Length)];
                    if (random.Next(2) == 0)
                        file.RemoveRange(at, Math.Min(token.Length, file.Count - at));
                    file.InsertRange(at, token.Select(letter => (byte)letter));
                    break;
            }
        }

        return [.. file];
    }
}
