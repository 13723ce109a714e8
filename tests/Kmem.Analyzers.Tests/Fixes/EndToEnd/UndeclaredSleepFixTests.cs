using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

/// <summary>The fix of KMEM1011.</summary>
public class UndeclaredSleepFixTests
{
    [Fact]
    public Task Every_kind_of_member_gets_the_attribute() => VerifyAsync("""
        using System;
        using Kmem.Annotations;
        using static Kmem.Kernel;

        public class Device
        {
            /// <summary>Waits.</summary>
            public void {|KMEM1011:Warm|}()
            {
                msleep(1); // long enough
            }

            // Short.
            public void {|KMEM1011:Arrow|}() => msleep(1);

            [Obsolete]
            public int {|KMEM1011:Size|} => Read();

            public int Count
            {
                get => 1;
                {|KMEM1011:set|} => msleep(1);
            }

            public int Inline { get => 1; {|KMEM1011:set|} => msleep(1); }

            public {|KMEM1011:Device|}() { msleep(1); }

            private static int Read() { msleep(1); return 1; }
        }

        public record Line(int Number)
        {
            public void {|KMEM1011:Send|}() => msleep(1);
        }

        public interface IPort
        {
            void {|KMEM1011:Flush|}() => msleep(1);
        }
        """, """
        using System;
        using Kmem.Annotations;
        using static Kmem.Kernel;

        public class Device
        {
            /// <summary>Waits.</summary>
            [MightSleep]
            public void Warm()
            {
                msleep(1); // long enough
            }

            // Short.
            [MightSleep]
            public void Arrow() => msleep(1);

            [MightSleep]
            [Obsolete]
            public int Size => Read();

            public int Count
            {
                get => 1;
                [MightSleep]
                set => msleep(1);
            }

            public int Inline { get => 1; [MightSleep] set => msleep(1); }

            [MightSleep]
            public Device() { msleep(1); }

            private static int Read() { msleep(1); return 1; }
        }

        public record Line(int Number)
        {
            [MightSleep]
            public void Send() => msleep(1);
        }

        public interface IPort
        {
            [MightSleep]
            void Flush() => msleep(1);
        }
        """);

    [Theory]
    [InlineData("using System;\nusing static Kmem.Kernel;\n\n", "using System;\nusing Kmem.Annotations;\nusing static Kmem.Kernel;\n\n")]
    [InlineData("using Zebra;\nusing static Kmem.Kernel;\nnamespace Zebra { public class Z { } }\n", "using Kmem.Annotations;\nusing Zebra;\nusing static Kmem.Kernel;\nnamespace Zebra { public class Z { } }\n")]
    [InlineData("namespace Drivers;\n\nusing System;\nusing static Kmem.Kernel;\n\n", "namespace Drivers;\n\nusing System;\nusing Kmem.Annotations;\nusing static Kmem.Kernel;\n\n")]
    [InlineData("// A driver.\nusing static Kmem.Kernel;\n", "// A driver.\nusing Kmem.Annotations;\nusing static Kmem.Kernel;\n")]
    public Task The_namespace_is_imported_once(string usings, string imported) => VerifyAsync(
        usings + "public class Device\n{\n    public void {|KMEM1011:A|}() => msleep(1);\n\n    public void {|KMEM1011:B|}() => msleep(1);\n}\n",
        imported + "public class Device\n{\n    [MightSleep]\n    public void A() => msleep(1);\n\n    [MightSleep]\n    public void B() => msleep(1);\n}\n");

    [Theory]
    [InlineData("// A driver.\n\n/// <summary>A device.</summary>\n", "// A driver.\n\nusing Kmem.Annotations;\n\n/// <summary>A device.</summary>\n")]
    [InlineData("", "using Kmem.Annotations;\n\n")]
    [InlineData("#nullable enable\n", "#nullable enable\nusing Kmem.Annotations;\n\n")]
    public Task A_file_without_imports_gets_its_first(string head, string expected) => VerifyAsync(
        head + "public class Device\n{\n    public void {|KMEM1011:A|}() => Kmem.Kernel.msleep(1);\n}\n",
        expected + "public class Device\n{\n    [MightSleep]\n    public void A() => Kmem.Kernel.msleep(1);\n}\n");

    [Theory]
    [InlineData("using System;\n#if DEBUG\nusing System.IO;\n#endif\nusing static Kmem.Kernel;\n")]
    [InlineData("using static Kmem.Kernel;\npublic class MightSleepAttribute : System.Attribute { }\n")]
    [InlineData("#if !DEBUG\n#pragma warning disable CS0219\n#endif\nusing static Kmem.Kernel;\npublic class MightSleep { }\n")]
    public Task The_full_name_is_written_where_no_import_will_do(string head) => VerifyAsync(
        head + "public class Device\n{\n    public void {|KMEM1011:A|}() => msleep(1);\n}\n",
        head + "public class Device\n{\n    [Kmem.Annotations.MightSleep]\n    public void A() => msleep(1);\n}\n");

    [Fact]
    public Task A_partial_method_gets_it_where_its_body_is() => VerifyAsync(
        "using Kmem.Annotations;\npublic partial class Device\n{\n    public partial void Send();\n\n    public partial void {|KMEM1011:Send|}() => Kmem.Kernel.msleep(1);\n}\n",
        "using Kmem.Annotations;\npublic partial class Device\n{\n    public partial void Send();\n\n    [MightSleep]\n    public partial void Send() => Kmem.Kernel.msleep(1);\n}\n");

    [Fact]
    public Task Two_members_in_a_line_stay_there() => VerifyAsync(
        "using Kmem.Annotations;\npublic class Device { public void {|KMEM1011:A|}() => Kmem.Kernel.msleep(1); public void {|KMEM1011:B|}() => Kmem.Kernel.msleep(1); }\n",
        "using Kmem.Annotations;\npublic class Device { [MightSleep] public void A() => Kmem.Kernel.msleep(1); [MightSleep] public void B() => Kmem.Kernel.msleep(1); }\n");

    private static Task VerifyAsync(string code, string fixedCode) => FixTest.VerifyAsync<UndeclaredSleepCodeFixProvider>(code, fixedCode);
}
