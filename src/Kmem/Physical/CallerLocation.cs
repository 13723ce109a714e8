using System.Diagnostics;

namespace Kmem.Physical;

/// <summary>Finds who called into the allocator, for reports. Slow: used only once something is wrong.</summary>
internal static class CallerLocation
{
    private static readonly string s_own = typeof(CallerLocation).Assembly.GetName().Name!;

    /// <summary>FILE:LINE of the nearest caller outside the allocator; its method where the program has no symbols.</summary>
    public static string Find()
    {
        foreach (StackFrame frame in new StackTrace(fNeedFileInfo: true).GetFrames())
        {
            DiagnosticMethodInfo? method = DiagnosticMethodInfo.Create(frame);
            if (method == null || method.DeclaringAssemblyName.Split(',')[0] == s_own)
                continue;
            string? file = frame.GetFileName();
            return file != null ? $"{file}:{frame.GetFileLineNumber()}" : $"{method.DeclaringTypeName}.{method.Name}";
        }
        return "unknown location";
    }
}
