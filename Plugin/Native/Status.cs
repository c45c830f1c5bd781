using ResNetVulkan.Gpu;
using ResNetVulkan.Kernels;
using ResNetVulkan.Plugin;

namespace ResNetVulkan.Native;

/// <summary>rnv_status.</summary>
internal enum Status
{
    Ok = 0,
    Pending = 1,
    Gone = 2,
    Dropped = 3,
    More = 4,
    Busy = 5,
    Idle = 6,
    ErrorArgument = -101,
    ErrorState = -102,
    ErrorStruct = -103,
    ErrorVersion = -104,
    ErrorHost = -201,
    ErrorFile = -301,
    ErrorOutOfMemory = -401,
    ErrorDeviceLost = -402,
    ErrorDriver = -403,
    ErrorShader = -404,
    ErrorInternal = -501,
}

/// <summary>What is wrong with a call itself, where no exception of the libraries says it.</summary>
internal sealed class CallException(Status status, string sentence) : Exception(sentence)
{
    public Status Status { get; } = status;
}

/// <summary>What went wrong last on each thread: exceptions end here.</summary>
internal static unsafe class LastError
{
    [ThreadStatic] private static NativeText? _text;
    [ThreadStatic] private static Status _status;
    [ThreadStatic] private static int _result;

    public static Status Keep(Exception error)
    {
        if (error is AggregateException { InnerExceptions: [Exception only] }) error = only;
        _status = Of(error);
        _result = (error as GpuException)?.ResultCode ?? 0;
        (_text ??= new NativeText()).Set(
            _status == Status.ErrorInternal ? $"{error.GetType().Name}: {error.Message}" : error.Message);
        return _status;
    }

    public static void Read(NativeError* to)
    {
        NativeError error = new() { Status = (int)_status, VkResult = _result, Text = (_text ??= new NativeText()).Pointer };
        Structs.Write(to, error);
    }

    // Most special first.
    private static Status Of(Exception error) => error switch
    {
        CallException call => call.Status,
        HostException => Status.ErrorHost,
        GpuOutOfMemoryException or OutOfMemoryException => Status.ErrorOutOfMemory,
        GpuDeviceLostException => Status.ErrorDeviceLost,
        GpuException { ResultCode: -1 or -2 } => Status.ErrorOutOfMemory,
        GpuException => Status.ErrorDriver,
        ShaderException => Status.ErrorShader,
        IOException or UnauthorizedAccessException => Status.ErrorFile,
        ArgumentException => Status.ErrorArgument,
        InvalidOperationException or OperationCanceledException => Status.ErrorState,
        _ => Status.ErrorInternal,
    };
}
