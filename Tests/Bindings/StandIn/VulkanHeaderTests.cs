using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using NUnit.Framework;
using Silk.NET.Vulkan;

namespace ResNetVulkan.Tests.Bindings.StandIn;

/// <summary>Sizes, offsets and values against vulkan.h: a C program prints them, these tests compare.</summary>
[TestFixture]
public sealed partial class VulkanHeaderTests
{
    private const string Include = "/usr/include/vulkan";

    // Structures newer than the header of Debian 12 (1.3.239): the reference file vouches for their fields.
    private static readonly HashSet<string> NewerStructs =
    [
        "CooperativeMatrixPropertiesKHR", "PhysicalDeviceCooperativeMatrixFeaturesKHR",
        "PhysicalDeviceCooperativeMatrixPropertiesKHR", "PhysicalDeviceCooperativeMatrix2FeaturesNV",
        "PhysicalDeviceCooperativeMatrix2PropertiesNV", "CooperativeMatrixFlexibleDimensionsPropertiesNV",
        "PhysicalDeviceMaintenance5FeaturesKHR", "PhysicalDeviceMaintenance6FeaturesKHR",
        "PhysicalDeviceMaintenance7FeaturesKHR",
    ];

    // Enums newer than that header: likewise.
    private static readonly HashSet<string> NewerEnums = [nameof(ComponentTypeKHR), nameof(ScopeKHR)];

    // Not layouts of vulkan.h's: a callback's address, and what only null stands for.
    private static readonly HashSet<string> NoLayout = [nameof(PfnDebugUtilsMessengerCallbackEXT), nameof(AllocationCallbacks)];

    private string _header = "";
    private Dictionary<string, string[]> _fields = [];
    private ILookup<string, string> _constants = Array.Empty<string>().ToLookup(name => name);

    private static IEnumerable<Type> Types => typeof(Vk).Assembly.GetTypes().Where(type =>
        type.Namespace == "Silk.NET.Vulkan" && type.IsValueType && !type.IsNested && !NoLayout.Contains(type.Name));

    [OneTimeSetUp]
    public void ReadTheHeader()
    {
        if (!File.Exists($"{Include}/vulkan_core.h") || !File.Exists($"{Include}/vulkan_beta.h"))
            Assert.Ignore($"No Vulkan headers in {Include} (Debian: libvulkan-dev).");

        _header = File.ReadAllText($"{Include}/vulkan_core.h") + File.ReadAllText($"{Include}/vulkan_beta.h");
        _fields = StructPattern().Matches(_header).ToDictionary(
            match => match.Groups[1].Value,
            match => FieldPattern().Matches(match.Groups[2].Value).Select(field => field.Groups[1].Value).ToArray());
        _constants = ConstantPattern().Matches(_header).Select(match => match.Value).Distinct().ToLookup(Plain);
    }

    [Test]
    public void Every_structure_has_the_size_and_the_offsets_of_its_C_twin()
    {
        List<string> wrong = [];
        List<(string C, Func<long> Ours)> questions = [];
        foreach (Type type in Types.Where(type => !type.IsEnum && !NewerStructs.Contains(type.Name)))
        {
            string name = "Vk" + type.Name;
            questions.Add(($"sizeof({name})", () => SizeOf(type)));
            FieldInfo[] ours = type.GetFields(BindingFlags.Public | BindingFlags.Instance);
            if (ours is [{ Name: "Handle" }])
                continue;
            if (!_fields.TryGetValue(name, out string[]? theirs))
            {
                wrong.Add($"{name} is not in the header");
                continue;
            }
            if (type == typeof(ClearColorValue))
                theirs = [.. theirs.SelectMany(field => Enumerable.Range(0, 4).Select(i => $"{field}[{i}]"))];

            string[] names = [.. ours.Select(field => field.Name)];
            if (!names.Select(Plain).SequenceEqual(theirs.Select(Plain)))
                wrong.Add($"{name} has ({string.Join(", ", theirs)}), ours ({string.Join(", ", names)})");
            else
            {
                questions.AddRange(ours.Zip(theirs, (field, c) =>
                    ($"offsetof({name}, {c})", (Func<long>)(() => Marshal.OffsetOf(type, field.Name)))));
            }
        }
        Assert.That(wrong, Is.Empty);
        TestContext.Out.WriteLine($"{questions.Count} sizes and offsets");
        Assert.That(questions, Has.Count.GreaterThan(800));
        Compare(questions);
    }

    [Test]
    public void Every_enum_member_has_the_value_of_its_C_twin()
    {
        List<string> unknown = [];
        List<(string C, Func<long> Ours)> questions = [];
        foreach (Type type in Types.Where(type => type.IsEnum && !NewerEnums.Contains(type.Name)))
        foreach (FieldInfo member in type.GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            long value = Convert.ToInt64(member.GetRawConstantValue());
            string name = $"{type.Name}.{member.Name}";
            if (member.Name == "None" && value == 0)
                continue;
            if (Twin(type.Name, member.Name) is string c)
                questions.Add((c, () => value));
            else if (!IsTypeOfNewerStruct(name))
                unknown.Add(name);
        }
        Assert.That(unknown, Is.Empty, "members that the header lacks");
        TestContext.Out.WriteLine($"{questions.Count} values");
        Assert.That(questions, Has.Count.GreaterThan(600));
        Compare(questions);
    }

    private static bool IsTypeOfNewerStruct(string name) =>
        NewerStructs.Any(type => name.Equals($"{nameof(StructureType)}.{type}", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// VK_BUFFER_USAGE_TRANSFER_SRC_BIT for BufferUsageFlags.TransferSrcBit, VK_SAMPLE_COUNT_1_BIT for Count1Bit.
    /// </summary>
    private string? Twin(string type, string member)
    {
        string stem = SuffixPattern().Replace(type.Replace("Flags2", "2"), "");
        string[] words = [.. WordPattern().Matches(stem).Select(word => word.Value)];
        string whole = type == nameof(Result) ? "" : string.Concat(words);
        string shorter = string.Concat(words.SkipLast(1));      // the member repeats the last word where a digit would lead
        return _constants[Plain("VK" + whole + member)].Concat(_constants[Plain("VK" + shorter + member)]).FirstOrDefault();
    }

    private static string Plain(string name) => PunctuationPattern().Replace(name, "").ToUpperInvariant();

    private static long SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    private static void Compare(List<(string C, Func<long> Ours)> questions)
    {
        StringBuilder source = new("""
            #define VK_ENABLE_BETA_EXTENSIONS
            #include <stddef.h>
            #include <stdio.h>
            #include <vulkan/vulkan.h>
            int main(void) {

            """);
        foreach ((string c, _) in questions)
            source.Append($"    printf(\"%lld\\n\", (long long)({c}));\n");
        source.Append("    return 0;\n}\n");

        string folder = Directory.CreateTempSubdirectory("vulkan-header-").FullName;
        try
        {
            File.WriteAllText($"{folder}/ask.c", source.ToString());
            Run("gcc", "-O0", "-o", $"{folder}/ask", $"{folder}/ask.c");
            string[] answers = Run($"{folder}/ask").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.That(answers, Has.Length.EqualTo(questions.Count));
            Assert.That(
                questions.Zip(answers, (question, answer) => (question.C, Ours: question.Ours(), Theirs: long.Parse(answer)))
                    .Where(pair => pair.Ours != pair.Theirs)
                    .Select(pair => $"{pair.C} is {pair.Theirs}, ours {pair.Ours}"),
                Is.Empty);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero, $"{program} failed");
            return output;
        }
        catch (Win32Exception e) when (program == "gcc")
        {
            Assert.Ignore($"No gcc: {e.Message}");
            throw;
        }
    }

    [GeneratedRegex(@"typedef (?:struct|union) (Vk\w+) \{([^}]*)\}")]
    private static partial Regex StructPattern();

    [GeneratedRegex(@"(\w+)(?:\[\w+\])*;")]
    private static partial Regex FieldPattern();

    [GeneratedRegex(@"\bVK_\w+(?= = )")]
    private static partial Regex ConstantPattern();

    [GeneratedRegex("(Flags)?(KHR|EXT|NV)?$")]
    private static partial Regex SuffixPattern();

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z][a-z]*|[0-9]+")]
    private static partial Regex WordPattern();

    [GeneratedRegex(@"[_\[\]]")]
    private static partial Regex PunctuationPattern();
}
