using System.Text.RegularExpressions;
using NUnit.Framework;

namespace ResNetVulkan.Tests.House;

/// <summary>Who may use what: the rules that keep Vulkan in one place and the layers in order.</summary>
[TestFixture]
public sealed class ImportTests
{
    private const string Vulkan = @"^(Runtime/Gpu/|Runtime/Kernels/Pipelines(\.[A-Za-z]+)?\.cs$|Plugin/|Demo/Window/)";
    private const string AnywhereElse = "^$";

    private static readonly Rule[] Rules =
    [
        new("Vulkan belongs to Gpu, Pipelines, Plugin and the window", @"\bSilk\.NET\.Vulkan\b", Vulkan),
        new("Silk.NET.Shaderc belongs to ShaderCompiler", @"\bSilk\.NET\.Shaderc\b", "^Runtime/Kernels/ShaderCompiler.cs$"),
        new("Windows and keys belong to the demo's window",
            @"\bSilk\.NET\.(?!Vulkan\b|Shaderc\b|Core\b)\w+", "^Demo/Window/"),
        new("Silk.NET.Core goes where one of the others goes",
            @"\bSilk\.NET\.Core\b", Vulkan + "|^Runtime/Kernels/ShaderCompiler.cs$"),
        new("ImageSharp belongs to Data and the demo", @"\bSixLabors\b", "^(Runtime/Data/|Demo/)"),
        new("Graphs and Ops name no Vulkan type",
            @"\b(Vk|CommandBuffer|CommandPool|DescriptorSet|PipelineLayout)\b", AnywhereElse, In: "^Runtime/(Graphs|Ops)/"),
        new("Models know no kernel", @"\bResNetVulkan\.Kernels\b|\bKernel(Signature)?\b(?=\s*[<(.]|\s+\w)", AnywhereElse,
            In: "^Runtime/Models/"),
        new("Weights and Data know no device", @"\bResNetVulkan\.(Gpu|Kernels|Graphs|Ops)\b|\bGpu[A-Z]\w*|\bCommandRecorder\b",
            AnywhereElse, In: "^Runtime/(Weights|Data)/"),
        new("Training records no commands", @"\bCommand(Recorder|Buffer)\b", AnywhereElse, In: "^Runtime/Training/"),
        new("The libraries leave the process alone",
            @"\bConsole\s*\.|\bEnvironment\s*\.\s*(GetEnvironmentVariables?|SetEnvironmentVariable|Exit|FailFast)\b|" +
            @"\bEnvironment\s*\.\s*CurrentDirectory\s*=|\bDirectory\s*\.\s*SetCurrentDirectory\b",
            AnywhereElse, In: "^(Runtime|Plugin)/"),
        .. Layers("Gpu", "Kernels", "Graphs", "Ops", "Models", "Inference"),
        .. Layers("Models", "Training"),
    ];

    private static IEnumerable<TestCaseData> Cases => Rules.Select(rule => new TestCaseData(rule).SetArgDisplayNames(rule.Name));

    [TestCaseSource(nameof(Cases))]
    public void Every_file_keeps_the_rule(Rule rule)
    {
        List<string> offences = [];
        foreach (SourceFile file in SourceFile.Under("Runtime", "Plugin", "Demo"))
        {
            if (file.IsStandIn || !Regex.IsMatch(file.Path, rule.In) || Regex.IsMatch(file.Path, rule.Except)) continue;
            offences.AddRange(rule.Offences(file));
        }

        Assert.That(offences, Is.Empty, () => $"{rule.Name}, but:\n{string.Join('\n', offences)}");
    }

    [TestCase("using Silk.NET.Vulkan;", "Runtime/Ops/Relu.cs", "Vulkan belongs to Gpu, Pipelines, Plugin and the window")]
    [TestCase("/* why */ Silk.NET.Windowing.IWindow w;", "Demo/Program.cs", "Windows and keys belong to the demo's window")]
    [TestCase("string s = \"//\"; Console.WriteLine(s);", "Runtime/Data/Labels.cs", "The libraries leave the process alone")]
    [TestCase("new Kernel<Push>(name)", "Runtime/Models/ResNet.cs", "Models know no kernel")]
    [TestCase("using ResNetVulkan.Ops;", "Runtime/Graphs/Graph.cs", "Graphs stands below Ops")]
    public void A_rule_sees_its_offence(string code, string path, string name)
    {
        Rule rule = Rules.Single(rule => rule.Name == name);
        SourceFile file = new(path, "// nothing in this line\n" + code);
        SourceFile comment = new(path, $"// {code.Replace("/* why */", "")}");
        Assert.Multiple(() =>
        {
            Assert.That(path, Does.Match(rule.In).And.Not.Match(rule.Except), "the rule holds for this file");
            Assert.That(rule.Offences(file), Has.One.StartsWith($"{path}:2: "));
            Assert.That(rule.Offences(comment), Is.Empty, "a comment may say anything");
        });
    }

    // From the lowest: none names one above it. Rewrites turn ops into other ops and gradients are sums of them, so they stand
    // with the ops.
    private static IEnumerable<Rule> Layers(params string[] layers) =>
        from below in Enumerable.Range(0, layers.Length)
        from above in Enumerable.Range(below + 1, layers.Length - below - 1)
        select new Rule($"{layers[below]} stands below {layers[above]}", $@"\bResNetVulkan\.{layers[above]}\b",
            layers[above] == "Ops" ? "^Runtime/Graphs/(Rewrites/|Gradients.cs$)" : AnywhereElse,
            In: $"^Runtime/{layers[below]}/");

    /// <summary>Code that, of the files of <paramref name="In"/>, only those of <paramref name="Except"/> may contain.</summary>
    public sealed record Rule(string Name, string Forbidden, string Except, string In = "")
    {
        internal IEnumerable<string> Offences(SourceFile file)
        {
            string[] lines = file.Code.Split('\n');
            for (int i = 0; i < lines.Length; i++)
                if (Regex.Match(lines[i], Forbidden) is { Success: true } match)
                    yield return $"{file.Path}:{i + 1}: {match.Value.Trim()}";
        }
    }
}
