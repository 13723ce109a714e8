using Microsoft.CodeAnalysis;
using Xunit;

namespace Kmem.Analyzers.Tests.Contracts;

/// <summary>
/// Every overload of what blocks in .NET has a contract: a new one, or one forgotten, fails here by its documentation ID.
/// </summary>
public class BlockingMembersTests
{
    private static readonly EmbeddedContracts Contracts = EmbeddedContracts.DotNet;

    /// <summary>Types, and those of their members that block; <c>*</c> is every static method that is not asynchronous.</summary>
    public static TheoryData<string, string> Members => new()
    {
        { "System.Threading.Thread", "Sleep Yield Join Start UnsafeStart" },
        { "System.Threading.SpinWait", "SpinOnce SpinUntil" },
        { "System.Threading.SynchronizationContext", "Send Wait" },
        { "System.Threading.CancellationTokenRegistration", "Dispose" },
        { "System.Threading.Monitor", "Enter TryEnter Wait" },
        { "System.Threading.Lock", "Enter EnterScope TryEnter" },
        { "System.Threading.WaitHandle", "WaitOne WaitAll WaitAny SignalAndWait" },
        { "System.Threading.SemaphoreSlim", "Wait" },
        { "System.Threading.ManualResetEventSlim", "Wait" },
        { "System.Threading.CountdownEvent", "Wait" },
        { "System.Threading.Barrier", "SignalAndWait AddParticipant AddParticipants RemoveParticipant RemoveParticipants" },
        {
            "System.Threading.ReaderWriterLockSlim",
            "EnterReadLock EnterUpgradeableReadLock EnterWriteLock TryEnterReadLock TryEnterUpgradeableReadLock TryEnterWriteLock"
        },
        { "System.Threading.ReaderWriterLock", "AcquireReaderLock AcquireWriterLock UpgradeToWriterLock RestoreLock" },
        { "System.Threading.Tasks.Task", "Wait WaitAll WaitAny RunSynchronously" },
        { "System.Threading.Tasks.Task`1", "Result" },
        { "System.Threading.Tasks.ValueTask`1", "Result" },
        { "System.Runtime.CompilerServices.TaskAwaiter", "GetResult" },
        { "System.Runtime.CompilerServices.TaskAwaiter`1", "GetResult" },
        { "System.Runtime.CompilerServices.ValueTaskAwaiter", "GetResult" },
        { "System.Runtime.CompilerServices.ValueTaskAwaiter`1", "GetResult" },
        { "System.Runtime.CompilerServices.ConfiguredTaskAwaitable+ConfiguredTaskAwaiter", "GetResult" },
        { "System.Runtime.CompilerServices.ConfiguredTaskAwaitable`1+ConfiguredTaskAwaiter", "GetResult" },
        { "System.Runtime.CompilerServices.ConfiguredValueTaskAwaitable+ConfiguredValueTaskAwaiter", "GetResult" },
        { "System.Runtime.CompilerServices.ConfiguredValueTaskAwaitable`1+ConfiguredValueTaskAwaiter", "GetResult" },
        { "System.Threading.Tasks.TaskAsyncEnumerableExtensions", "ToBlockingEnumerable" },
        { "System.Threading.Tasks.Parallel", "For ForEach Invoke" },
        { "System.Linq.ParallelEnumerable", "ForAll" },
        {
            "System.Collections.Concurrent.BlockingCollection`1",
            "Add Take TryAdd TryTake AddToAny TakeFromAny TryAddToAny TryTakeFromAny GetConsumingEnumerable"
        },
        { "System.GC", "Collect WaitForPendingFinalizers WaitForFullGCApproach WaitForFullGCComplete TryStartNoGCRegion" },
        { "System.Diagnostics.Process", "Start WaitForExit WaitForInputIdle" },
        { "System.Console", "Read ReadKey ReadLine Write WriteLine Beep" },
        { "System.IO.Stream", "Read ReadByte ReadAtLeast ReadExactly Write WriteByte Flush CopyTo SetLength EndRead EndWrite" },
        { "System.IO.FileStream", "Read ReadByte Write WriteByte Flush CopyTo SetLength Lock Unlock EndRead EndWrite" },
        { "System.IO.BufferedStream", "Read ReadByte Write WriteByte Flush CopyTo SetLength" },
        { "System.IO.MemoryStream", "Read ReadByte Write WriteByte Flush CopyTo SetLength WriteTo" },
        { "System.IO.UnmanagedMemoryStream", "Read ReadByte Write WriteByte Flush SetLength" },
        { "System.Net.Sockets.NetworkStream", "Read ReadByte Write WriteByte Flush EndRead EndWrite" },
        { "System.Net.Security.SslStream", "Read ReadByte Write Flush AuthenticateAsClient AuthenticateAsServer" },
        { "System.IO.Pipes.PipeStream", "Read ReadByte Write WriteByte Flush WaitForPipeDrain" },
        { "System.IO.Pipes.NamedPipeServerStream", "WaitForConnection" },
        { "System.IO.Pipes.NamedPipeClientStream", "Connect" },
        { "System.IO.TextReader", "Peek Read ReadBlock ReadLine ReadToEnd" },
        { "System.IO.StreamReader", "Peek Read ReadBlock ReadLine ReadToEnd" },
        { "System.IO.StringReader", "Peek Read ReadBlock ReadLine ReadToEnd" },
        { "System.IO.TextWriter", "Write WriteLine Flush" },
        { "System.IO.StreamWriter", "Write WriteLine Flush" },
        { "System.IO.StringWriter", "Write WriteLine" },
        { "System.IO.RandomAccess", "*" },
        { "System.IO.File", "*" },
        {
            "System.IO.Directory",
            "CreateDirectory CreateSymbolicLink CreateTempSubdirectory Delete EnumerateDirectories EnumerateFiles EnumerateFileSystemEntries Exists "
            + "GetCreationTime GetCreationTimeUtc GetDirectories GetFiles GetFileSystemEntries GetLastAccessTime GetLastAccessTimeUtc "
            + "GetLastWriteTime GetLastWriteTimeUtc GetLogicalDrives Move ResolveLinkTarget SetCreationTime SetCreationTimeUtc SetCurrentDirectory "
            + "SetLastAccessTime SetLastAccessTimeUtc SetLastWriteTime SetLastWriteTimeUtc"
        },
        { "System.IO.FileSystemInfo", "Delete CreateAsSymbolicLink Refresh ResolveLinkTarget Exists" },
        { "System.IO.FileInfo", "AppendText CopyTo Create CreateText Decrypt Delete Encrypt Exists MoveTo Open OpenRead OpenText OpenWrite Replace" },
        {
            "System.IO.DirectoryInfo",
            "Create CreateSubdirectory Delete EnumerateDirectories EnumerateFiles EnumerateFileSystemInfos Exists GetDirectories GetFiles "
            + "GetFileSystemInfos MoveTo"
        },
        {
            "System.Net.Sockets.Socket",
            "Accept Connect Disconnect Poll Receive ReceiveFrom ReceiveMessageFrom Select Send SendFile SendTo EndAccept EndConnect EndDisconnect "
            + "EndReceive EndReceiveFrom EndReceiveMessageFrom EndSend EndSendFile EndSendTo"
        },
        { "System.Net.Sockets.TcpClient", "Connect EndConnect" },
        { "System.Net.Sockets.TcpListener", "AcceptSocket AcceptTcpClient EndAcceptSocket EndAcceptTcpClient" },
        { "System.Net.Sockets.UdpClient", "Send Receive EndSend EndReceive" },
        { "System.Net.Http.HttpMessageInvoker", "Send" },
        { "System.Net.Http.HttpClient", "Send" },
        { "System.Net.Http.HttpMessageHandler", "Send" },
        { "System.Net.Http.HttpContent", "CopyTo ReadAsStream" },
        { "System.Net.HttpListener", "GetContext EndGetContext" },
        { "System.Net.Dns", "GetHostEntry GetHostAddresses GetHostByAddress GetHostByName Resolve EndGetHostAddresses EndGetHostEntry" },
        { "System.Net.NetworkInformation.Ping", "Send" },
        { "System.Net.Mail.SmtpClient", "Send" },
        { "System.Data.Common.DbConnection", "Open" },
        { "System.Data.Common.DbCommand", "ExecuteNonQuery ExecuteReader ExecuteScalar" },
        { "System.Data.Common.DbTransaction", "Commit Rollback" },
    };

    // Its caller chooses whether it sleeps: a threshold of -1 says never.
    private const string SpinOnceWithThreshold = "M:System.Threading.SpinWait.SpinOnce(System.Int32)";

    // With a timeout of zero the first three give the processor or the lock away all the same, the last two still do their work.
    private static readonly string[] SleepWithAnyTimeout =
    [
        "M:System.Threading.Thread.Sleep(", "M:System.Threading.Monitor.Wait(", "M:System.Threading.SynchronizationContext.Wait(",
        "M:System.IO.Pipes.NamedPipeClientStream.Connect(", "M:System.Net.NetworkInformation.Ping.Send(",
    ];

    [Theory]
    [MemberData(nameof(Members))]
    public void Every_overload_says_whether_it_sleeps(string type, string names)
    {
        var silent = Overloads(type, names)
            .Where(member => !Contracts.Says(member, "MightSleep", "NeverSleeps"))
            .Select(member => member.GetDocumentationCommentId())
            .Where(id => id != SpinOnceWithThreshold);

        Assert.Empty(silent);
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void Every_named_member_exists(string type, string names)
    {
        Assert.All(names.Split(' '), name => Assert.NotEmpty(Overloads(type, name)));
    }

    [Fact]
    public void A_timeout_of_zero_does_not_sleep()
    {
        var forgotten =
            from line in Contracts.File.Lines
            where line.Clauses.Any(clause => clause.Word == "MightSleep")
            where !SleepWithAnyTimeout.Any(prefix => line.DocumentationId.StartsWith(prefix, StringComparison.Ordinal))
            from parameter in EmbeddedContracts.Parameters(Contracts.Resolve(line.DocumentationId))
            where IsTimeout(parameter)
            where !line.Clauses.Any(clause => clause.Word == "ZeroTimeoutNeverSleeps" && clause.Target.Parameter == parameter.Name)
            select $"{line.DocumentationId}: {parameter.Name}";

        Assert.Empty(forgotten);
    }

    [Fact]
    public void Only_timeouts_are_said_to_be_timeouts()
    {
        var wrong =
            from line in Contracts.File.Lines
            from clause in line.Clauses
            where clause.Word == "ZeroTimeoutNeverSleeps"
            where !EmbeddedContracts.Parameters(Contracts.Resolve(line.DocumentationId)).Any(parameter => parameter.Name == clause.Target.Parameter && IsTimeout(parameter))
            select line.DocumentationId;

        Assert.Empty(wrong);
    }

    private static IEnumerable<ISymbol> Overloads(string type, string names)
    {
        var members = Contracts.Compilation.GetTypeByMetadataName(type)!.GetMembers().Where(IsVisible);
        return names == "*"
            ? members.Where(member => member.IsStatic && !member.Name.EndsWith("Async", StringComparison.Ordinal))
            : members.Where(member => names.Split(' ').Contains(member.Name));
    }

    private static bool IsVisible(ISymbol member) =>
        member is IMethodSymbol or IPropertySymbol
        && member.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    private static bool IsTimeout(IParameterSymbol parameter) =>
        (parameter.Type.Name == "TimeSpan" || parameter.Type.SpecialType == SpecialType.System_Int32)
        && (parameter.Name.Contains("timeout", StringComparison.OrdinalIgnoreCase) || parameter.Name is "milliseconds" or "microSeconds");
}
