using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kmem.Benchmarks.Analyzers.Measurement;

/// <summary>
/// Analyzers attached to a compilation as the compiler itself attaches them: they work while methods are compiled, on the same
/// bound bodies. Only the compiler can do that; the public <see cref="CompilationWithAnalyzers"/> binds everything again, and
/// would count that as the analyzers' time. So the compiler's own entry is called, by reflection.
/// </summary>
internal sealed class AttachedAnalyzers : IDisposable
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;

    private static readonly Type Driver = CompilerType("AnalyzerDriver");
    private static readonly Type Manager = CompilerType("AnalyzerManager");
    private static readonly Type Filter = CompilerType("SeverityFilter");
    private static readonly MethodInfo Attach = Driver.GetMethods(Any)
        .Single(method => method.Name == "CreateAndAttachToCompilation" && method.GetParameters()[4].ParameterType == typeof(Action<Diagnostic>));

    private readonly object _driver;
    private readonly ConcurrentQueue<Diagnostic> _failures;

    private AttachedAnalyzers(object driver, Compilation compilation, ConcurrentQueue<Diagnostic> failures)
    {
        _driver = driver;
        _failures = failures;
        Compilation = compilation;
    }

    /// <summary>The compilation to be emitted: the given one, with the analyzers watching.</summary>
    public Compilation Compilation { get; }

    public static AttachedAnalyzers To(Compilation compilation, ImmutableArray<DiagnosticAnalyzer> analyzers)
    {
        var failures = new ConcurrentQueue<Diagnostic>();
        var options = new AnalyzerOptions(ImmutableArray<AdditionalText>.Empty);

        // Without an error log the compiler asks for no diagnostics that it would not print.
        var hiddenAndInfo = Enum.ToObject(Filter, 1 | 2);
        object?[] arguments =
        [
            compilation, analyzers, options, Activator.CreateInstance(Manager, analyzers), (Action<Diagnostic>)failures.Enqueue,
            true, hiddenAndInfo, false, null, CancellationToken.None,
        ];
        var driver = Attach.Invoke(null, arguments)!;
        return new AttachedAnalyzers(driver, (Compilation)arguments[8]!, failures);
    }

    /// <summary>Waits until the analyzers are done with an emitted compilation.</summary>
    /// <exception cref="InvalidOperationException">An analyzer threw.</exception>
    public ImmutableArray<Diagnostic> Diagnostics()
    {
        var task = (Task<ImmutableArray<Diagnostic>>)Driver.GetMethod("GetDiagnosticsAsync", Any)!.Invoke(_driver, [Compilation, CancellationToken.None])!;
        var diagnostics = task.GetAwaiter().GetResult();
        if (_failures.TryPeek(out var failure))
            throw new InvalidOperationException("An analyzer failed: " + failure);

        return diagnostics;
    }

    /// <summary>The time each analyzer spent in its actions, summed over threads.</summary>
    public ImmutableDictionary<DiagnosticAnalyzer, TimeSpan> ExecutionTimes() =>
        (ImmutableDictionary<DiagnosticAnalyzer, TimeSpan>)Driver.GetProperty("AnalyzerExecutionTimes", Any)!.GetValue(_driver)!;

    public void Dispose() => ((IDisposable)_driver).Dispose();

    private static Type CompilerType(string name) =>
        typeof(DiagnosticAnalyzer).Assembly.GetType("Microsoft.CodeAnalysis.Diagnostics." + name, throwOnError: true)!;
}
