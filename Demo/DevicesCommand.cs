using System.CommandLine;
using ResNetVulkan.Gpu;
using Spectre.Console;

namespace ResNetVulkan.Demo;

internal sealed record DevicesReport(IReadOnlyList<DeviceEntry> Devices);

internal sealed record DeviceEntry(
    int Index, string Name, string Kind, string ApiVersion, string Driver, string DriverInfo, ulong MemoryBytes, bool Usable,
    IReadOnlyList<string> Missing);

/// <summary>Lists the Vulkan devices, with what keeps one from being used.</summary>
internal static class DevicesCommand
{
    public static Command Create()
    {
        Option<bool> json = CommandOptions.Json();
        Command command = new("devices", "List the Vulkan devices.") { json };
        command.SetAction(arguments =>
        {
            DeviceEntry[] devices = [.. GpuDevice.List().Select(info => new DeviceEntry(
                info.Index, info.Name, info.Kind.ToString(), info.ApiVersion.ToString(), info.DriverName, info.DriverInfo,
                info.MemoryBytes, info.Missing.Count == 0, info.Missing))];
            if (arguments.GetValue(json))
            {
                Json.Print(new DevicesReport(devices));
                return ExitCode.Done;
            }
            Table table = new Table().Border(TableBorder.None).AddColumns("", "device", "kind", "Vulkan", "driver", "memory", "");
            foreach (DeviceEntry device in devices)
            {
                table.AddRow(
                    $"{device.Index}", Markup.Escape(device.Name), device.Kind, device.ApiVersion,
                    Markup.Escape($"{device.Driver} {device.DriverInfo}"), $"{device.MemoryBytes / (1 << 30):F1} GiB",
                    Markup.Escape(string.Join("; ", device.Missing)));
            }
            AnsiConsole.Write(table);
            return ExitCode.Done;
        });
        return command;
    }
}
