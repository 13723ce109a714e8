using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.Contracts.Relevance;

/// <summary>
/// Finds the words of a text, as hashes. It reads characters, not syntax: a compiler that has nothing to do with contracts
/// should not have to build its trees for them. Words in comments and strings count too, which does no harm.
/// </summary>
internal static class WordScanner
{
    private const uint Seed = 2166136261;
    private const uint Prime = 16777619;
    private const int ChunkLength = 16 * 1024;

    [System.ThreadStatic]
    private static char[]? _buffer;

    [System.ThreadStatic]
    private static HashSet<int>? _words;

    [System.ThreadStatic]
    private static HashSet<int>? _uncalled;

    public static int HashOf(string word)
    {
        var hash = Seed;
        foreach (var letter in word)
            hash = unchecked((hash ^ letter) * Prime);
        return unchecked((int)hash);
    }

    /// <summary>The hashes of all words in a part of a text.</summary>
    public static int[] Scan(SourceText text, TextSpan span)
    {
        var words = Emptied(ref _words);
        Scan(text, span, words, static (found, hash, _, _) => found.Add(hash));
        return words.ToArray();
    }

    /// <summary>The hashes of all words of a text, and of those that stand somewhere with no parenthesis behind them.</summary>
    public static (int[] Words, int[] Uncalled) ScanUses(SourceText text)
    {
        var words = Emptied(ref _words);
        var uncalled = Emptied(ref _uncalled);
        Scan(text, new TextSpan(0, text.Length), (words, uncalled), static (found, hash, _, next) =>
        {
            found.words.Add(hash);
            if (next != '(')
                found.uncalled.Add(hash);
        });
        return (words.ToArray(), uncalled.ToArray());
    }

    /// <summary>Where a word ends, each time it stands in a text.</summary>
    public static List<int> FindEnds(SourceText text, int word)
    {
        var ends = new List<int>();
        Scan(text, new TextSpan(0, text.Length), (ends, word), static (found, hash, end, _) =>
        {
            if (hash == found.word)
                found.ends.Add(end);
        });
        return ends;
    }

    // Every member of a program is scanned: one set serves them all.
    private static HashSet<int> Emptied(ref HashSet<int>? words)
    {
        words ??= new HashSet<int>();
        words.Clear();
        return words;
    }

    private static void Scan<TFound>(SourceText text, TextSpan span, TFound gathered, System.Action<TFound, int, int, char> found)
    {
        var buffer = _buffer ??= new char[ChunkLength];
        var hash = Seed;
        var isInWord = false;
        for (var start = span.Start; start < span.End; start += buffer.Length)
        {
            var length = System.Math.Min(buffer.Length, span.End - start);
            text.CopyTo(start, buffer, 0, length);
            for (var i = 0; i < length; i++)
            {
                var letter = buffer[i];
                if (IsWordPart(letter))
                {
                    hash = unchecked((hash ^ letter) * Prime);
                    isInWord = true;
                }
                else if (isInWord)
                {
                    found(gathered, unchecked((int)hash), start + i, letter);
                    hash = Seed;
                    isInWord = false;
                }
            }
        }

        if (isInWord)
            found(gathered, unchecked((int)hash), span.End, '\0');
    }

    private static bool IsWordPart(char letter) =>
        letter is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '_' or (>= '0' and <= '9') or > '\x7f';
}
