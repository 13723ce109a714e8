using System.Collections.Concurrent;
using System.Diagnostics;

namespace Kmem.Observation;

/// <summary>Finds who called into the allocator, for reports and owner tracking.</summary>
internal static class CallerLocation
{
    private static readonly string s_own = typeof(CallerLocation).Assembly.GetName().Name!;
    private static readonly ConcurrentDictionary<(string, int), string> s_known = new();

    /// <summary>FILE:LINE of the nearest caller outside the allocator; its method where the program has no symbols.</summary>
    public static string Find()
    {
        StackFrame[] frames = new StackTrace(fNeedFileInfo: false).GetFrames();
        for (int i = 0; i < frames.Length; i++)
        {
            DiagnosticMethodInfo? method = DiagnosticMethodInfo.Create(frames[i]);
            if (method == null || method.DeclaringAssemblyName.Split(',')[0] == s_own)
                continue;
            // Symbols are read from files, so each place is looked up once.
            string name = $"{method.DeclaringTypeName}.{method.Name}";
            (string, int) key = (name, frames[i].GetILOffset());
            if (!s_known.TryGetValue(key, out string? place))
                s_known[key] = place = Describe(new StackFrame(i, needFileInfo: true), name);
            return place;
        }
        return "unknown location";
    }

    private static string Describe(StackFrame frame, string method) =>
        frame.GetFileName() is { } file ? $"{file}:{frame.GetFileLineNumber()}" : method;
}
