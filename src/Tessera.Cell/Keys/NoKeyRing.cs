using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Tessera.Cell.Keys;

/// <summary>
/// ASP.NET Core's authentication brings data protection along, which would keep a key ring in the user's profile. A cell
/// protects nothing with it: tickets have their realm's keys, cookies are random. So its keys live and die with the process.
/// </summary>
internal sealed class NoKeyRing : IXmlRepository
{
    private readonly List<XElement> _elements = [];

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        lock (_elements)
        {
            return [.. _elements];
        }
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        lock (_elements)
        {
            _elements.Add(element);
        }
    }
}
