using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Kmem.Observation;

/// <summary>Finds who called into the allocator, for reports and owner tracking.</summary>
internal static class CallerLocation
{
    private static readonly string s_own = typeof(CallerLocation).Assembly.GetName().Name!;
    private static readonly ConcurrentDictionary<(string Method, int Token, int Offset), string> s_known = new();

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
            (string, int, int) key = (name, TokenOf(frames[i]), frames[i].GetILOffset());
            if (!s_known.TryGetValue(key, out string? place))
                s_known[key] = place = Describe(new StackFrame(i, needFileInfo: true), name);
            return place;
        }
        return "unknown location";
    }

    // Overloads have one name.
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The method is only told from its overloads; where its metadata is gone they share a line, as they share a name.")]
    private static int TokenOf(StackFrame frame) => frame.GetMethod() is { } method && method.HasMetadataToken() ? method.MetadataToken : 0;

    private static string Describe(StackFrame frame, string method) =>
        frame.GetFileName() is { } file ? $"{file}:{frame.GetFileLineNumber()}" : method;
}
