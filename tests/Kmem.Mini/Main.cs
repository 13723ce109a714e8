using Kmem.Benchmarks.Analyzers.Generation;
using Kmem.Benchmarks.Analyzers.Measurement;
using System.Diagnostics;
var kloc = int.Parse(args[0]); var rounds = int.Parse(args[1]);
var kind = args.Length > 2 ? args[2] : "driver";
CodeBase Code(int k) => kind == "driver" ? CodeBase.Grow("driver", usesKmem: true, k, DriverFile.Create) : CodeBase.Grow("ordinary", usesKmem: false, k, OrdinaryFile.CreatePure);
var warm = GeneratedProject.Create(Code(5));
for (var i = 0; i < 2; i++) { CompilerRun.Of(warm, AnalyzerSet.None); CompilerRun.Of(warm, AnalyzerSet.Kmem); }
var project = GeneratedProject.Create(Code(kloc));
double a = 1e9, b = 1e9, act = 1e9, wa = 1e9, wb = 1e9; long aa = 0, ab = 0; int rep = 0;
for (var i = 0; i < rounds; i++) {
  var x = GC.GetTotalAllocatedBytes(true); var r = CompilerRun.Of(project, AnalyzerSet.None); aa = GC.GetTotalAllocatedBytes(true) - x; a = Math.Min(a, r.Processor); wa = Math.Min(wa, r.Wall);
  x = GC.GetTotalAllocatedBytes(true); r = CompilerRun.Of(project, AnalyzerSet.Kmem); ab = GC.GetTotalAllocatedBytes(true) - x; b = Math.Min(b, r.Processor); wb = Math.Min(wb, r.Wall); act = Math.Min(act, r.InActions); rep = r.Reports; }
Console.WriteLine($"{kind} {kloc}: compiler cpu {a:F0} wall {wa:F0} MB {aa >> 20}; with cpu {b:F0} wall {wb:F0} MB {ab >> 20}; ratio cpu {(b - a) / a:F3} wall {(wb - wa) / wa:F3} alloc {(double)(ab - aa) / aa:F3}; actions ms/kLOC {act / kloc:F2}; reports {rep}");

if (args.Length > 3) { using var l = new AllocListener(); AllocListener.On = true; for (var i = 0; i < 3; i++) CompilerRun.Of(project, AnalyzerSet.Kmem); AllocListener.On = false; var sum = AllocListener.T.Values.Sum(); foreach (var t in AllocListener.T.OrderByDescending(t => t.Value).Take(60)) Console.WriteLine($"{100.0 * t.Value / sum:F1}% {t.Key}"); }
