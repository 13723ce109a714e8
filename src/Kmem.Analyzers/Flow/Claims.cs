using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>
/// Methods that a thread is working on. Another one that needs the same waits for it, unless it holds a claim itself: so nobody
/// waits for somebody who waits.
/// </summary>
internal sealed class Claims
{
    [ThreadStatic]
    private static int s_held;

    private readonly ConcurrentDictionary<IMethodSymbol, object> _owners = new(SymbolEqualityComparer.Default);

    /// <summary>Claims a method until the claim is disposed; waits while another thread has it.</summary>
    public Claim Take(IMethodSymbol method)
    {
        var own = new object();
        Monitor.Enter(own);
        while (true)
        {
            var owner = _owners.GetOrAdd(method, own);
            if (ReferenceEquals(owner, own))
            {
                s_held++;
                return new Claim(this, method, own);
            }

            if (s_held > 0)
            {
                Monitor.Exit(own);
                return default;
            }

            lock (owner)
            {
                // Whoever holds it lets go when the work is done.
            }
        }
    }

    /// <summary>What a thread works on; the default one claims nothing.</summary>
    public readonly struct Claim : IDisposable
    {
        private readonly Claims? _claims;
        private readonly IMethodSymbol _method;
        private readonly object _owner;

        internal Claim(Claims claims, IMethodSymbol method, object owner)
        {
            _claims = claims;
            _method = method;
            _owner = owner;
        }

        public void Dispose()
        {
            if (_claims is null)
                return;

            s_held--;
            _claims._owners.TryRemove(_method, out _);
            Monitor.Exit(_owner);
        }
    }
}
