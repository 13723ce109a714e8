using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;

namespace Interop.Databases;

/// <summary>The C library; the contract file beside this one says what its header says.</summary>
internal static unsafe class NativeDatabase
{
    public const int Ok = 0, Row = 100, Done = 101;

    [DllImport("sql")] public static extern int sql_open(byte* path, out nint database);
    [DllImport("sql")] public static extern int sql_close(nint database);
    [DllImport("sql")] public static extern int sql_prepare(nint database, byte* text, int length, out nint statement);
    [DllImport("sql")] public static extern int sql_step(nint statement);
    [DllImport("sql")] public static extern int sql_reset(nint statement);
    [DllImport("sql")] public static extern int sql_finalize(nint statement);
    [DllImport("sql")] public static extern int sql_bind_blob(nint statement, int index, void* data, int length);
    [DllImport("sql")] public static extern int sql_bind_text(nint statement, int index, byte* text, int length);
    [DllImport("sql")] public static extern long sql_column_int(nint statement, int column);
    [DllImport("sql")] public static extern byte* sql_column_text(nint statement, int column);
    [DllImport("sql")] public static extern byte* sql_error_text(nint database);
    [DllImport("sql")] public static extern byte* sql_format(byte* format);
    [DllImport("sql")] public static extern void sql_free(void* memory);
    [DllImport("sql")] public static extern void* sql_malloc(int size);
}

internal sealed class DatabaseException : Exception
{
    public DatabaseException(int code, string? message)
        : base($"{message ?? "unknown error"} ({code})") => Code = code;

    public int Code { get; }
}

/// <summary>A connection.</summary>
internal sealed unsafe class Connection : IDisposable
{
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);
    private nint _database;

    public Connection(string path)
    {
        byte* name = (byte*)Marshal.StringToCoTaskMemUTF8(path);
        int code = NativeDatabase.sql_open(name, out nint database);
        Marshal.FreeCoTaskMem((nint)name);
        if (code != NativeDatabase.Ok)
            throw new DatabaseException(code, path);
        _database = database;
    }

    ~Connection() => Close();

    public void Dispose()
    {
        foreach (Statement statement in _statements.Values)
            statement.Dispose();
        _statements.Clear();
        Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>The statement of a text: prepared once.</summary>
    public Statement Prepare(string text)
    {
        ObjectDisposedException.ThrowIf(_database == 0, this);
        if (_statements.TryGetValue(text, out Statement? known))
            return known;

        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        nint handle;
        fixed (byte* start = utf8)
            Check(NativeDatabase.sql_prepare(_database, start, utf8.Length, out handle));
        var statement = new Statement(this, handle);
        _statements.Add(text, statement);
        return statement;
    }

    public void Execute(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        Span<byte> utf8 = length <= 256 ? stackalloc byte[256] : new byte[length];
        length = Encoding.UTF8.GetBytes(text, utf8);
        nint handle = 0;
        try
        {
            fixed (byte* start = utf8)
                Check(NativeDatabase.sql_prepare(_database, start, length, out handle));
            int code;
            do
                code = NativeDatabase.sql_step(handle);
            while (code == NativeDatabase.Row);
            if (code != NativeDatabase.Done)
                Check(code);
        }
        finally
        {
            NativeDatabase.sql_finalize(handle);
        }
    }

    /// <summary>A text with what it must not contain made harmless by the library.</summary>
    public static string Escape(string text)
    {
        nint copy = Marshal.StringToCoTaskMemUTF8(text);
        try
        {
            byte* escaped = NativeDatabase.sql_format((byte*)copy);
            if (escaped == null)
                throw new OutOfMemoryException();
            string result = Marshal.PtrToStringUTF8((nint)escaped) ?? "";
            NativeDatabase.sql_free(escaped);
            return result;
        }
        finally
        {
            Marshal.FreeCoTaskMem(copy);
        }
    }

    internal void Check(int code)
    {
        if (code != NativeDatabase.Ok)
            throw new DatabaseException(code, Marshal.PtrToStringUTF8((nint)NativeDatabase.sql_error_text(_database)));
    }

    private void Close()
    {
        NativeDatabase.sql_close(System.Threading.Interlocked.Exchange(ref _database, 0));
    }
}

/// <summary>A prepared statement: reset before each use, and finalized with its connection.</summary>
internal sealed unsafe class Statement : IDisposable
{
    private readonly Connection _connection;
    private nint _handle;

    internal Statement(Connection connection, nint handle)
    {
        _connection = connection;
        _handle = handle;
    }

    public Statement Bind(int index, string? text)
    {
        if (text is null)
        {
            _connection.Check(NativeDatabase.sql_bind_text(_handle, index, null, 0));
            return this;
        }

        int length = Encoding.UTF8.GetByteCount(text);
        byte* copy = (byte*)NativeDatabase.sql_malloc(length + 1);
        if (copy == null)
            throw new OutOfMemoryException();
        Encoding.UTF8.GetBytes(text, new Span<byte>(copy, length));
        copy[length] = 0;
        _connection.Check(NativeDatabase.sql_bind_text(_handle, index, copy, length));
        return this;
    }

    public Statement Bind(int index, ReadOnlySpan<byte> blob)
    {
        void* copy = NativeDatabase.sql_malloc(blob.Length);
        if (copy == null)
            throw new OutOfMemoryException();

        blob.CopyTo(new Span<byte>(copy, blob.Length));
        int code = NativeDatabase.sql_bind_blob(_handle, index, copy, blob.Length);
        _connection.Check(code);
        return this;
    }

    public bool Step()
    {
        int code = NativeDatabase.sql_step(_handle);
        if (code is not (NativeDatabase.Row or NativeDatabase.Done))
            _connection.Check(code);
        return code == NativeDatabase.Row;
    }

    public long Integer(int column) => NativeDatabase.sql_column_int(_handle, column);

    public string? Text(int column)
    {
        byte* text = NativeDatabase.sql_column_text(_handle, column);
        return text == null ? null : Marshal.PtrToStringUTF8((nint)text);
    }

    public IEnumerable<(long Id, string? Name)> Rows()
    {
        NativeDatabase.sql_reset(_handle);
        while (Step())
            yield return (Integer(0), Text(1));
    }

    public void Dispose()
    {
        if (_handle == 0)
            return;
        NativeDatabase.sql_finalize(_handle);
        _handle = 0;
    }
}
