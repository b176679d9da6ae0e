namespace Tessera.ControlPlane.Store;

/// <summary>The store must not be used as it is; the message is one line for the operator.</summary>
public sealed class StoreRefusedException(string message) : Exception(message);
