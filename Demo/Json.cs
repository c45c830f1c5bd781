using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ResNetVulkan.Demo.Studies;

namespace ResNetVulkan.Demo;

/// <summary>What --json prints: snake_case names, times in milliseconds, sizes in bytes.</summary>
[JsonSerializable(typeof(DevicesReport))]
[JsonSerializable(typeof(ClassifyReport))]
[JsonSerializable(typeof(SummaryReport))]
[JsonSerializable(typeof(ExplainReport))]
[JsonSerializable(typeof(VerifyReport))]
[JsonSerializable(typeof(EvaluateReport))]
[JsonSerializable(typeof(BenchReport))]
[JsonSerializable(typeof(TrainBenchReport))]
[JsonSerializable(typeof(ConvertReport))]
[JsonSerializable(typeof(ExportReport))]
[JsonSerializable(typeof(FetchReport))]
[JsonSerializable(typeof(TrainReport))]
[JsonSerializable(typeof(StudySummary))]
internal sealed partial class Json : JsonSerializerContext
{
    // Labels are people's words: "café" stays "café".
    private static readonly Json Readable = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,        // a broken net's logits are "NaN"
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static void Print<T>(T report) =>
        Console.Out.WriteLine(JsonSerializer.Serialize(report, (JsonTypeInfo<T>)Readable.GetTypeInfo(typeof(T))!));
}
