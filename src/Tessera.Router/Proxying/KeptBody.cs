using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Tessera.Router.Proxying;

/// <summary>
/// A request's body, read before anything is taken from a cell for it as far as it is small, so that it can be sent a second time and
/// who sends slowly waits for himself. A larger one is passed on as it comes, and once.
/// </summary>
internal sealed class KeptBody : Stream
{
    /// <summary>The largest body that is kept; cells take no larger ones at their token endpoints.</summary>
    public const int Most = 64 * 1024;

    private readonly byte[] _kept;
    private readonly int _length;
    private readonly Stream? _rest;
    private int _at;

    private KeptBody(byte[] kept, int length, Stream? rest) => (_kept, _length, _rest) = (kept, length, rest);

    /// <summary>Takes the place of the request's body, if it has one.</summary>
    /// <exception cref="BadHttpRequestException">It broke off, came too slowly or is too large.</exception>
    public static async ValueTask<KeptBody?> TakeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!CanHaveBody(context) || request.ContentLength is 0)
        {
            return null;
        }

        var body = await ReadAsync(request.Body, request.ContentLength, context.RequestAborted);
        request.Body = body;
        return body;
    }

    /// <summary>Whether all of it is here and can be sent once more.</summary>
    public bool CanRepeat => _rest is null;

    /// <summary>Begins again.</summary>
    public void Repeat() => _at = 0;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var left = Math.Min(_length - _at, buffer.Length);
        if (left > 0)
        {
            _kept.AsMemory(_at, left).CopyTo(buffer);
            _at += left;
            return left;
        }

        return _rest is null ? 0 : await _rest.ReadAsync(buffer, cancellationToken);
    }

    // An upgraded connection's bytes are no body.
    private static bool CanHaveBody(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
        && context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest != true
        && !Sockets.IsExtendedConnect(context);

    private static async ValueTask<KeptBody> ReadAsync(Stream body, long? told, CancellationToken cancellation)
    {
        if (told > Most)
        {
            return new KeptBody([], 0, body);
        }

        var kept = new byte[told ?? 4 * 1024];
        var length = 0;
        while (true)
        {
            if (length == kept.Length)
            {
                if (told is not null)
                {
                    return new KeptBody(kept, length, rest: null);
                }

                if (length >= Most)
                {
                    return new KeptBody(kept, length, body);
                }

                Array.Resize(ref kept, kept.Length * 2);
            }

            var read = await body.ReadAsync(kept.AsMemory(length), cancellation);
            if (read == 0)
            {
                return new KeptBody(kept, length, rest: null);
            }

            length += read;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
