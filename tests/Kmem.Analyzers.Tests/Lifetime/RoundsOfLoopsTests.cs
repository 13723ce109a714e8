using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>What is known of memory from an earlier round of a loop: it is told from the memory of this round.</summary>
public class RoundsOfLoopsTests
{
    [Fact]
    public Task What_was_checked_in_an_earlier_round_is_checked() => Verify.CompleteAsync("""
        struct item { public item* next; public int value; }

        static item* Chain(int n)
        {
            item* first = (item*)kmalloc((nuint)sizeof(item), GFP_KERNEL);
            if (first == null)
                return null;
            first->next = null;
            item* last = first;
            for (int i = 0; i < n; i++)
            {
                item* added = (item*)kmalloc((nuint)sizeof(item), GFP_KERNEL);
                if (added == null)
                    break;
                added->next = null;
                last->next = added;
                last = added;
            }

            return first;
        }
        """);

    [Fact]
    public Task What_was_not_checked_in_an_earlier_round_is_reported() => Verify.MembersAsync("""
        static void Fill(byte** list, int n)
        {
            byte* last = null;
            for (int i = 0; i < n; i++)
            {
                byte* added = (byte*)kmalloc(16, GFP_KERNEL);
                if (i > 0)
                    *{|KMEM2001:last|} = 1;
                last = added;
                list[i] = added;
            }
        }
        """);

    [Fact]
    public Task Elements_of_an_array_are_unwound_after_one_of_them_failed() => Verify.CompleteAsync("""
        static int Fill(page** pages, uint count)
        {
            for (uint i = 0; i < count; i++)
            {
                pages[i] = alloc_page(GFP_KERNEL);
                if (pages[i] != null)
                    continue;
                while (i-- > 0)
                    __free_page(pages[i]);
                return -ENOMEM;
            }

            return 0;
        }
        """);

    [Fact]
    public Task What_an_array_grew_to_in_an_earlier_round_is_there() => Verify.DotNetAsync("""
        using System.Runtime.InteropServices;

        unsafe struct Node { public Node** Children; public int Count; public int Capacity; }

        static unsafe class Trees
        {
            static void Add(Node* parent, Node* child)
            {
                if (parent->Count == parent->Capacity)
                {
                    parent->Capacity = parent->Capacity * 2 + 4;
                    parent->Children = (Node**)NativeMemory.Realloc(parent->Children, (nuint)parent->Capacity * (nuint)sizeof(Node*));
                }

                parent->Children[parent->Count++] = child;
            }

            static Node* Wrap(Node** children, int count)
            {
                Node* node = (Node*)NativeMemory.AllocZeroed((nuint)sizeof(Node));
                for (int i = 0; i < count; i++)
                    Add(node, children[i]);
                return node;
            }
        }
        """);

    [Fact]
    public Task What_a_call_gives_through_its_argument_is_new_in_every_round() => Verify.DotNetAsync("""
        using System.Collections.Generic;
        using System.Runtime.InteropServices;

        unsafe struct Node { public Node** Children; public char* Text; }

        static unsafe class Trees
        {
            static void Free(Stack<nint> waiting)
            {
                while (waiting.TryPop(out nint top))
                {
                    Node* node = (Node*)top;
                    NativeMemory.Free(node->Children);
                    NativeMemory.Free(node->Text);
                    NativeMemory.Free(node);
                }
            }
        }
        """);

    [Fact]
    public Task What_a_call_gives_through_its_argument_is_still_released_twice_in_one_round() => Verify.DotNetAsync("""
        using System.Collections.Generic;
        using System.Runtime.InteropServices;

        unsafe struct Node { public char* Text; }

        static unsafe class Trees
        {
            static void Free(Stack<nint> waiting)
            {
                while (waiting.TryPop(out nint top))
                {
                    Node* node = (Node*)top;
                    NativeMemory.Free(node->Text);
                    NativeMemory.Free({|KMEM2003:node->Text|});
                    NativeMemory.Free(node);
                }
            }
        }
        """);
}
