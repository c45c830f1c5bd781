using System.CommandLine;
using ResNetVulkan.Gpu;

namespace ResNetVulkan.Demo;

internal sealed record DevicesReport(IReadOnlyList<DeviceEntry> Devices);

internal sealed record DeviceEntry(
    int Index, string Name, string Kind, string ApiVersion, string Driver, string DriverInfo, ulong MemoryBytes, bool Usable,
    IReadOnlyList<string> Missing);

/// <summary>Lists the Vulkan devices, with what keeps one from being used.</summary>
internal static class DevicesCommand
{
    private static readonly Column[] Columns =
    [
        new("#"), new("device"), new("kind", Rank: 2), new("Vulkan"), new("driver", Rank: 3),
        new("memory", IsNumber: true, Rank: 1), new("lacks"),
    ];

    public static Command Create()
    {
        Option<bool> json = CommandOptions.Json();
        Command command = new("devices", "List the Vulkan devices.") { json };
        command.SetAction(arguments =>
        {
            DeviceEntry[] devices = [.. GpuDevice.List().Select(info => new DeviceEntry(
                info.Index, info.Name, info.Kind.ToString(), info.ApiVersion.ToString(), info.DriverName, info.DriverInfo,
                info.MemoryBytes, info.Missing.Count == 0, info.Missing))];
            if (arguments.GetValue(json)) Json.Print(new DevicesReport(devices));
            else TextTable.Print(Columns, [.. devices.Select(Row)]);
            return ExitCode.Done;
        });
        return command;
    }

    private static string[] Row(DeviceEntry device) =>
    [
        $"{device.Index}", device.Name, device.Kind, device.ApiVersion, $"{device.Driver} {device.DriverInfo}",
        $"{device.MemoryBytes / (double)(1 << 30):F1} GiB", device.Usable ? "nothing" : string.Join("; ", device.Missing),
    ];
}
