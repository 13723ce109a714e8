using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Interop.Trees;

internal unsafe struct Node
{
    public Node** Children;
    public int ChildCount;
    public int ChildCapacity;
    public int Kind;
    public char* Text;
    public int TextLength;
}

/// <summary>Trees of native nodes: built from a flat list, copied, and freed without recursion.</summary>
internal static unsafe class SyntaxForest
{
    private const int MaxDepth = 256;

    public static Node* NewNode(int kind, ReadOnlySpan<char> text)
    {
        Node* node = (Node*)NativeMemory.AllocZeroed((nuint)sizeof(Node));
        node->Kind = kind;
        if (text.IsEmpty)
            return node;
        node->Text = (char*)NativeMemory.Alloc((nuint)text.Length, sizeof(char));
        node->TextLength = text.Length;
        for (int i = 0; i < text.Length; i++)
            node->Text[i] = text[i];
        return node;
    }

    public static void AddChild(Node* parent, Node* child)
    {
        if (parent->ChildCount == parent->ChildCapacity)
        {
            int capacity = parent->ChildCapacity == 0 ? 4 : parent->ChildCapacity * 2;
            parent->Children = (Node**)NativeMemory.Realloc(parent->Children, (nuint)capacity * (nuint)sizeof(Node*));
            parent->ChildCapacity = capacity;
        }

        parent->Children[parent->ChildCount++] = child;
    }

    /// <summary>Builds a tree from kinds and depths; null, and nothing left behind, if a depth is skipped.</summary>
    public static Node* Build(ReadOnlySpan<(int Kind, int Depth)> entries)
    {
        if (entries.IsEmpty || entries[0].Depth != 0)
            return null;
        Node** path = stackalloc Node*[MaxDepth];
        Node* root = NewNode(entries[0].Kind, default);
        path[0] = root;
        int depth = 0;
        for (int i = 1; i < entries.Length; i++)
        {
            (int kind, int level) = entries[i];
            if (level < 1 || level > depth + 1 || level >= MaxDepth)
            {
                Free(root);
                return null;
            }

            Node* node = NewNode(kind, default);
            AddChild(path[level - 1], node);
            path[level] = node;
            depth = level;
        }

        return root;
    }

    public static void Free(Node* root)
    {
        var waiting = new Stack<nint>();
        if (root != null)
            waiting.Push((nint)root);
        while (waiting.TryPop(out nint top))
        {
            Node* node = (Node*)top;
            for (int i = 0; i < node->ChildCount; i++)
                waiting.Push((nint)node->Children[i]);
            NativeMemory.Free(node->Children);
            NativeMemory.Free(node->Text);
            NativeMemory.Free(node);
        }
    }

    public static Node* Clone(Node* node)
    {
        if (node == null)
            return null;
        Node* copy = NewNode(node->Kind, new ReadOnlySpan<char>(node->Text, node->TextLength));
        for (int i = 0; i < node->ChildCount; i++)
            AddChild(copy, Clone(node->Children[i]));
        return copy;
    }

    public static int Count(Node* node, Predicate<int> kind)
    {
        if (node is null)
            return 0;
        int count = kind(node->Kind) ? 1 : 0;
        for (int i = 0; i < node->ChildCount; i++)
            count += Count(node->Children[i], kind);
        return count;
    }

    /// <summary>Takes a child out of its parent; the caller owns it.</summary>
    public static Node* Detach(Node* parent, int index)
    {
        if ((uint)index >= (uint)parent->ChildCount)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The node has {parent->ChildCount} children.");
        Node* child = parent->Children[index];
        for (int i = index + 1; i < parent->ChildCount; i++)
            parent->Children[i - 1] = parent->Children[i];
        parent->ChildCount--;
        return child;
    }

    /// <summary>Removes the children of a kind, and their trees.</summary>
    public static int Prune(Node* parent, int kind)
    {
        int kept = 0;
        int removed = 0;
        for (int i = 0; i < parent->ChildCount; i++)
        {
            Node* child = parent->Children[i];
            if (child->Kind != kind)
            {
                parent->Children[kept++] = child;
                continue;
            }

            Free(child);
            removed++;
        }

        parent->ChildCount = kept;
        return removed;
    }
}

/// <summary>A tree that frees itself.</summary>
internal sealed unsafe class Tree : IDisposable
{
    private Node* _root;

    public Tree(int kind, string text) => _root = SyntaxForest.NewNode(kind, text);

    public bool IsEmpty => _root == null;

    public void Replace(ReadOnlySpan<(int Kind, int Depth)> entries)
    {
        Node* built = SyntaxForest.Build(entries);
        if (built == null)
            throw new FormatException("The entries are no tree: a level is skipped.");
        Node* old = _root;
        _root = built;
        SyntaxForest.Free(old);
    }

    public void Dispose()
    {
        SyntaxForest.Free(_root);
        _root = null;
        GC.SuppressFinalize(this);
    }

    ~Tree() => SyntaxForest.Free(_root);
}
