using System.Globalization;
using Kmem.Benchmarks.Reporting;

namespace Kmem.Benchmarks.Allocator;

/// <summary>What is printed: tables as they come, and at the end each aim beside what was measured.</summary>
internal sealed class Report
{
    private readonly MarkdownTable _aims = new("Aim", "at most", "measured", "");

    public static void Print(string title, MarkdownTable table) => Console.WriteLine($"\n### {title}\n\n{table}");

    public static string Number(double value, int digits) => value.ToString("F" + digits, CultureInfo.InvariantCulture);

    /// <summary>Notes an aim; <paramref name="detail"/> says where the measured value comes from, if there are several.</summary>
    public void Aim(string what, double limit, double measured, string detail = "")
    {
        // As precise as it is printed: nobody sees a difference that the table does not show.
        var isMet = Math.Round(measured, 2) <= limit;
        _aims.Add(detail.Length > 0 ? $"{what} ({detail})" : what, Number(limit, 2), Number(measured, 2), isMet ? "met" : "missed");
    }

    public void PrintAims() => Print("Aims", _aims);
}
