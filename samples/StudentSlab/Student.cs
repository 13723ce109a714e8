using System.Text;

namespace StudentSlab;

/// <summary>What the cache holds: a name of fixed size and a mark, as a C structure has them.</summary>
internal unsafe struct Student
{
    private const int NameBytes = 32;

    private fixed byte _name[NameBytes];
    private int _mark;

    /// <summary>Brings an object into the state that every free student has.</summary>
    public static void Construct(Student* student) => Write(student, "nobody", 0);

    /// <summary>Fills in a student; a name of more than 31 bytes is cut.</summary>
    public static void Write(Student* student, string name, int mark)
    {
        Span<byte> bytes = new(student->_name, NameBytes);
        bytes.Clear();
        Encoding.UTF8.GetEncoder().Convert(name, bytes[..^1], flush: true, out _, out _, out _);
        student->_mark = mark;
    }

    public static string Describe(Student* student) =>
        $"{Encoding.UTF8.GetString(new ReadOnlySpan<byte>(student->_name, NameBytes)).TrimEnd('\0')}, mark {student->_mark}";
}
