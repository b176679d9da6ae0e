using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Tessera.Contracts.Keys;

namespace Tessera.AspNetCore.Tokens;

/// <summary>A token whose signature held.</summary>
/// <param name="Key">With this key: what it verified stays verified for as long as that very key is the one to verify with.</param>
/// <param name="Signature">The signature that held. What is signed may have others, good ones and bad.</param>
internal sealed record VerifiedToken(CompactToken Token, PublicJwk Key, byte[] Signature)
{
    // The claims are held beside the payload they were read from, and their names and values have two bytes a character.
    private const int PerByte = 6;
    private const int Rest = 1024;

    /// <summary>Roughly, and rather too high.</summary>
    public long Bytes => Rest + (long)Token.Payload.Length * PerByte + Signature.Length;

    public bool IsSignedWith(ReadOnlySpan<byte> signature) => signature.SequenceEqual(Signature);
}

/// <summary>
/// Tokens that were accepted, by hash, within bounds. Two generations: what is asked for stays in the young one, and when
/// that has half of what may be held, the old one is dropped whole. Holds what cannot change about a token; nobody may
/// take a token for good because it is in here.
/// </summary>
internal sealed class VerifiedTokens(int most, long mostBytes)
{
    private readonly Lock _writing = new();
    private Generation _young = new();
    private Generation _old = new();

    public int Count => _young.Count + _old.Count;

    public long Bytes => _young.Bytes + _old.Bytes;

    public bool TryGet(TokenHash hash, [NotNullWhen(true)] out VerifiedToken? verified)
    {
        if (_young.Tokens.TryGetValue(hash, out verified))
        {
            return true;
        }

        if (!_old.Tokens.TryGetValue(hash, out verified))
        {
            return false;
        }

        Add(hash, verified);
        return true;
    }

    public void Add(TokenHash hash, VerifiedToken verified)
    {
        lock (_writing)
        {
            if (IsFull(verified))
            {
                (_old, _young) = (_young, new Generation());
            }

            if (!IsFull(verified))
            {
                _young.Add(hash, verified);
            }
        }
    }

    public void Remove(TokenHash hash)
    {
        lock (_writing)
        {
            _young.Remove(hash);
            _old.Remove(hash);
        }
    }

    // Half for each generation.
    private bool IsFull(VerifiedToken next) => _young.Count >= most / 2 || _young.Bytes + next.Bytes > mostBytes / 2;

    private sealed class Generation
    {
        public ConcurrentDictionary<TokenHash, VerifiedToken> Tokens { get; } = new();

        public int Count { get; private set; }

        public long Bytes { get; private set; }

        public void Add(TokenHash hash, VerifiedToken verified)
        {
            if (Tokens.TryAdd(hash, verified))
            {
                Count++;
                Bytes += verified.Bytes;
            }
        }

        public void Remove(TokenHash hash)
        {
            if (Tokens.TryRemove(hash, out var verified))
            {
                Count--;
                Bytes -= verified.Bytes;
            }
        }
    }
}
