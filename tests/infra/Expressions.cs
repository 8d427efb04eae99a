// Runs expressions of policies: what API Management gives them, as its documentation describes it.
// Each line of standard input is a JSON object with the number of the expression and what it sees; each line of output its value.
using System;
using System.Collections.Generic;
using System.Linq;
using Newtonsoft.Json.Linq;

class Jwt { public IReadOnlyDictionary<string, string[]> Claims; }

class Headers : Dictionary<string, string[]>
{
    public Headers() : base(StringComparer.OrdinalIgnoreCase) { }
    public string GetValueOrDefault(string name, string otherwise) =>
        TryGetValue(name, out var found) ? string.Join(",", found) : otherwise;
}

class Request { public Headers Headers = new Headers(); public string IpAddress = "203.0.113.7"; }
class Response { public int StatusCode; public string StatusReason; }

class Context
{
    public Guid RequestId = Guid.Empty;
    public Request Request = new Request();
    public Response Response = new Response();
    public Dictionary<string, object> Variables = new Dictionary<string, object>();
}

static class Program
{
    static readonly Func<Context, object>[] Expressions = {
        EXPRESSIONS
    };

    static void Main()
    {
        for (string line; (line = Console.ReadLine()) != null;)
        {
            var given = JObject.Parse(line);
            var context = new Context();
            foreach (var each in (JObject)given["headers"]) context.Request.Headers[each.Key] = new[] { (string)each.Value };
            foreach (var each in (JObject)given["variables"]) context.Variables[each.Key] =
                each.Value is JObject claims
                    ? new Jwt { Claims = claims.Properties().ToDictionary(p => p.Name, p => p.Value.Select(v => (string)v).ToArray()) }
                    : (object)(string)each.Value;
            context.Response.StatusCode = (int)given["status"];
            context.Response.StatusReason = (string)given["reason"];
            Console.WriteLine(new JObject(new JProperty("value", JToken.FromObject(Expressions[(int)given["number"]](context)))).ToString(Newtonsoft.Json.Formatting.None));
        }
    }
}
