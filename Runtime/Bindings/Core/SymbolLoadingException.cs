namespace Silk.NET.Core.Loader;

/// <summary>A function was called that neither library nor driver has.</summary>
internal sealed class SymbolLoadingException : Exception
{
    public SymbolLoadingException(string symbol) : base($"Native symbol not found (Symbol: {symbol})") { }

    public SymbolLoadingException(string symbol, string msg) : base($"{msg} (Symbol: {symbol})") { }
}
