using System.Globalization;

namespace SlabTop;

/// <summary>What the command line asks for.</summary>
/// <param name="Once">One picture, without colours and cursor movement if the output is no terminal.</param>
/// <param name="Seconds">How long the view lives; null: until q is pressed.</param>
internal sealed record Options(bool Once, double? Seconds)
{
    public const string Usage = "usage: SlabTop [--once | --seconds N]\n  --once       print one picture and end; so does redirected output\n  --seconds N  end after N seconds; otherwise q ends the view";

    /// <summary>Reads the command line; null, and what is wrong with it, if it cannot be.</summary>
    public static Options? Parse(string[] arguments, bool outputIsRedirected, out string error)
    {
        error = "";
        switch (arguments)
        {
            case []:
                return new Options(outputIsRedirected, null);
            case ["--once"]:
                return new Options(Once: true, null);
            case ["--seconds", string text] when TryParseSeconds(text, out double seconds):
                return new Options(outputIsRedirected, seconds);
            case ["--seconds", string text]:
                error = $"--seconds {text}: choose a number of seconds above 0, such as 10.";
                return null;
            default:
                error = $"{string.Join(' ', arguments)}: no such option.";
                return null;
        }
    }

    private static bool TryParseSeconds(string text, out double seconds) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out seconds) && seconds is > 0 and < 1e6;
}
