using System.CommandLine;
using Tessera.Commands;

// Hosts stop themselves on Ctrl-C and SIGTERM, in order and with exit code 0; the parser must not cut that short.
var parsed = TesseraCommand.Build().Parse(args);
var code = await parsed.InvokeAsync(new InvocationConfiguration
{
    ProcessTerminationTimeout = null,
    EnableDefaultExceptionHandler = false,
});

// 1 says that something went wrong, 2 that the command was never understood.
return parsed.Errors.Count > 0 ? 2 : code;
