using Microsoft.Testing.Platform.Extensions;
using Microsoft.Testing.Platform.Extensions.Messages;

namespace ResNetVulkan.Tests.Support;

/// <summary>Counts outcomes as they come; writes why tests were skipped, how often, and the one line that scripts read.</summary>
internal sealed class SuiteReport : IDataConsumer
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, int> _reasons = new(StringComparer.Ordinal);
    private int _passed, _failed, _skipped;

    public string Uid => nameof(SuiteReport);
    public string Version => "1";
    public string DisplayName => "Suite report";
    public string Description => "Reasons of skipped tests and one closing line.";
    public Type[] DataTypesConsumed => [typeof(TestNodeUpdateMessage)];

    /// <summary>Whether a test came to an end; listing tests, or asking for help, runs none.</summary>
    public bool Any => _passed + _failed + _skipped > 0;

    /// <summary>Of the tests that were selected, how many passed or failed rather than being skipped.</summary>
    public int RunPercent => Any ? 100 * (_passed + _failed) / (_passed + _failed + _skipped) : 100;

    public Task<bool> IsEnabledAsync() => Task.FromResult(true);

    public Task ConsumeAsync(IDataProducer dataProducer, IData value, CancellationToken cancellationToken)
    {
        TestNode node = ((TestNodeUpdateMessage)value).TestNode;
        TestNodeStateProperty? state = node.Properties.SingleOrDefault<TestNodeStateProperty>();
        lock (_gate)
        {
            switch (state)
            {
                case PassedTestNodeStateProperty:
                    _passed++;
                    break;
                case SkippedTestNodeStateProperty skipped:
                    _skipped++;
                    string reason = skipped.Explanation?.Trim() is { Length: > 0 } said ? said : "(no reason given)";
                    _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
                    break;
                case null or DiscoveredTestNodeStateProperty or InProgressTestNodeStateProperty:
                    break;
                default:    // failed, in error, timed out, cancelled
                    _failed++;
                    break;
            }
        }

        return Task.CompletedTask;
    }

    public void Write(TextWriter output)
    {
        if (_skipped > 0)
            output.WriteLine("\nSkipped, and why:");
        foreach ((string reason, int count) in _reasons)
            output.WriteLine($"{count,6}  {reason.ReplaceLineEndings("\n        ")}");
        output.WriteLine($"\n{_passed} passed, {_failed} failed, {_skipped} skipped");
    }
}
