using System.Diagnostics.Tracing;
sealed class AllocListener : EventListener
{
    public static bool On; public static readonly Dictionary<string, long> T = new();
    protected override void OnEventSourceCreated(EventSource s) { if (s.Name == "Microsoft-Windows-DotNETRuntime") EnableEvents(s, EventLevel.Verbose, (EventKeywords)1); }
    protected override void OnEventWritten(EventWrittenEventArgs e)
    {
        if (!On || !e.EventName!.StartsWith("GCAllocationTick")) return;
        var name = (string)e.Payload![e.PayloadNames!.IndexOf("TypeName")]!; var amount = Convert.ToInt64(e.Payload![e.PayloadNames!.IndexOf("AllocationAmount64")]);
        lock (T) T[name] = T.GetValueOrDefault(name) + amount;
    }
}
