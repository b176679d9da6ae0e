namespace Tessera.Cell.Store;

/// <summary>A row that belongs to exactly one realm, is unique within it and row-secured by it.</summary>
internal interface IRealmOwned
{
    string RealmId { get; set; }
}
