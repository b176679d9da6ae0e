using System.CommandLine;
using Tessera.Commands;

// Hosts stop themselves on Ctrl-C and SIGTERM, in order and with exit code 0; the parser must not cut that short.
return await TesseraCommand.Build().Parse(args).InvokeAsync(new InvocationConfiguration
{
    ProcessTerminationTimeout = null,
    EnableDefaultExceptionHandler = false,
});
