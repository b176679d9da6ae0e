namespace Tessera.ControlPlane.Store;

/// <summary>A change in progress: the store inside its transaction, and the revision it will have when it commits.</summary>
internal sealed record Change(DirectoryDb Db, long Revision, DateTimeOffset Now);
