"""The GraphQL playground in a real browser."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import Browser, Page, expect

from tests.api.pages.browser import Visit, visiting
from tests.api.pages.sample_app import SampleApp
from tests.api.pages.sample_document import HOSTILE

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLAYGROUND = "/api/graphql"


async def opened(visit: Visit, *, width: int = 1280) -> Page:
    """The playground once it knows the schema."""
    page = await visit.open(PLAYGROUND, width=width)
    await expect(page.locator("#query")).to_have_value(lists_posts())
    return page


def lists_posts() -> str:
    """The query a newcomer finds."""
    return """# Ctrl-Enter runs what stands here, Ctrl-Space completes.
# The schema describes every type and field.

query ListPosts {
  listPosts(limit: 5) {
    items {
      id
      title
      content
      status
      tags
      author {
        id
        name
      }
    }
    nextToken
  }
}
"""


async def write(page: Page, text: str) -> None:
    """Types into the empty query, key by key."""
    await page.fill("#query", "")
    await page.locator("#query").press_sequentially(text)


async def test_a_newcomer_finds_a_query_that_runs(visit: Visit) -> None:
    """The first query is made from the schema; Run shows status and answer, and hostile values are text."""
    page = await opened(visit)
    await page.get_by_role("button", name="Run").click()
    await expect(page.locator("#result-line .status")).to_have_text("200 OK")
    await expect(page.locator("#result .json")).to_contain_text('"Post 5"')
    await expect(page.locator("#result .json")).to_contain_text("<img src=x onerror=")
    assert 0 == await page.locator("main img, main script").count()
    assert "ListPosts" == json.loads(visit.app.bodies[-1])["operationName"]


async def test_fields_are_offered_and_taken(visit: Visit) -> None:
    """Typing offers the fields of the type at the caret; Enter takes one, and braces come with an object."""
    page = await opened(visit)
    await write(page, "{ listP")
    await expect(page.locator(".offers li")).to_have_text(["listPostsPostConnection!"])
    await page.keyboard.press("Enter")
    await expect(page.locator(".offer-name")).to_have_text(["items", "nextToken", "count", "__typename"])
    await page.keyboard.press("Enter")
    await page.keyboard.type("conte")
    await expect(page.locator(".offer-words")).to_have_text("The text of it.")
    await page.keyboard.press("Tab")
    assert "{ listPosts {\n  items {\n    content\n  }\n}}" == await page.input_value("#query")
    await page.keyboard.press("Control+z")
    assert "conte\n" in await page.input_value("#query")


OFFERED = {
    "{ listPosts(fil": ["filter"],
    "{ listPosts(limit: 1, ": ["filter", "orderBy", "nextToken"],
    "{ listPosts(filter: { status: { eq: ": ["draft", "published", "archived"],
    "{ listPosts(orderBy: [{ title: D": ["DESC"],
    "query Q($id: ID!) { getPost(id: $": ["$id"],
    "query Q($input: CreateP": ["CreatePostInput"],
    "{ getPost(id: 1) { ...on P": ["Post"],
    "fragment F on Post": ["Post", "PostConnection"],
    "{ getPost(id: 1) { title @i": ["@include"],
    "mutation { c": ["createPost"],
    "mut": ["mutation"],
    "{ getPost(id: 1) { alias: tit": ["title", "oldTitle"],
    '{ getPost(id: "ti': [],
    "# ti": [],
}


async def test_what_fits_is_offered(visit: Visit) -> None:
    """Arguments, values, variables, types, directives and fields are each offered where they fit, and only there."""
    page = await opened(visit)
    labels = "(graphqlCompletions(text, text.length, playground.schema)?.items ?? []).map(item => item.label)"
    found = await page.evaluate(f"texts => texts.map(text => [text, {labels}])", list(OFFERED))
    assert OFFERED == dict(found)


async def test_a_wrong_field_is_underlined_with_a_word_of_help(visit: Visit) -> None:
    """A field the type does not have is underlined before anything is sent, with the likely one."""
    page = await opened(visit)
    await page.fill("#query", "{ listPosts { items { titel } } }")
    await expect(page.locator(".paint .wrong")).to_have_text("titel")
    await expect(page.locator("#hints")).to_have_text(
        "Line 1: There is no field of Post called titel. Perhaps you meant title."
    )


async def test_an_error_of_the_server_is_underlined(visit: Visit) -> None:
    """The places an error names are underlined, and its message is shown."""
    page = await opened(visit)
    await page.fill("#query", "{\n  getPost { id }\n}")
    await page.get_by_role("button", name="Run").click()
    await expect(page.locator(".paint .wrong")).to_have_text("getPost")
    await expect(page.locator("#hints")).to_contain_text(
        "Line 2: Argument 'Query.getPost(id:)' of type 'ID!' is required"
    )


async def test_the_operation_at_the_caret_runs_with_its_variables(visit: Visit) -> None:
    """Ctrl-Enter sends the operation the caret stands in; variables that are no JSON object are not sent."""
    page = await opened(visit)
    await page.get_by_label("Variables as JSON").fill('{"id": "2"}')
    await page.fill("#query", "query All { listPosts { count } }\nquery One($id: ID!) { getPost(id: $id) { title } }")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#result .json")).to_contain_text('"Post 2"')
    body = json.loads(visit.app.bodies[-1])
    assert ("One", {"id": "2"}) == (body["operationName"], body["variables"])
    await page.get_by_label("Variables as JSON").fill("[1]")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#result .problem")).to_have_text("Variables must be an object: { … }.")


async def test_history_brings_a_query_back_and_keeps_no_secret(visit: Visit) -> None:
    """What ran is listed and can be opened again; tokens and headers are not stored beyond the tab."""
    page = await opened(visit)
    await page.click("#token")
    await page.fill("#token-text", "secret-token")
    await page.keyboard.press("Enter")
    await page.get_by_role("tab", name="Headers").click()
    await page.get_by_label("Headers as JSON").fill('{"X-Key": "secret-header"}')
    await page.fill("#query", "query Mine { __typename }")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#result .json")).to_contain_text('"Query"')
    sent = visit.app.requests[-1].headers
    assert ("Bearer secret-token", "secret-header") == (sent["Authorization"], sent["X-Key"])
    await page.fill("#query", "{ other }")
    await page.get_by_role("button", name="History").click()
    await page.locator(".past", has_text="Mine").click()
    await expect(page.locator("#query")).to_have_value("query Mine { __typename }")
    kept = await page.evaluate("new Promise(done => setTimeout(() => done(JSON.stringify(localStorage)), 500))")
    assert (True, False) == ("Mine" in kept, "secret" in kept)


async def test_the_schema_is_explored_by_clicks(visit: Visit) -> None:
    """Types lead to types, search finds fields, and a field of the root writes an operation."""
    page = await opened(visit)
    side = page.locator("#explorer")
    await side.get_by_role("button", name="Mutation", exact=True).click()
    await side.get_by_role("button", name="CreatePostInput").click()
    await expect(side.locator("h2")).to_have_text("CreatePostInput input object")
    await side.get_by_role("button", name="Mutation").click()
    await side.get_by_role("button", name="Write a mutation of createPost").click()
    assert "mutation CreatePost($input: CreatePostInput!) {\n  createPost(input: $input) {" in await page.input_value(
        "#query"
    )
    assert {"input": {"title": "text", "content": "text"}} == json.loads(
        await page.get_by_label("Variables as JSON").input_value()
    )
    await side.get_by_label("Search types and fields").fill("oldt")
    await expect(side.locator(".types li")).to_have_text(["Post.oldTitle: String"])


PRETTY = {
    "{a{b c}}": "{\n  a {\n    b\n    c\n  }\n}\n",
    "query Q($a:Int=1,$b:[ID!]!){x(a:$a b:$b){...F ...on T{y}}}": (
        "query Q($a: Int = 1, $b: [ID!]!) {\n  x(a: $a, b: $b) {\n    ...F\n    ... on T {\n      y\n    }\n  }\n}\n"
    ),
    "fragment F on T{a:b@include(if:true) c}": "fragment F on T {\n  a: b @include(if: true)\n  c\n}\n",
    "{a(f:{s:{eq:D},n:[1,2]})} # end\n# note\n{b}": (
        "{\n  a(f: { s: { eq: D }, n: [1, 2] })\n} # end\n\n# note\n{\n  b\n}\n"
    ),
    '{a(t:"""b\n c"""){d}}': '{\n  a(\n    t: """b\n c"""\n  ) {\n    d\n  }\n}\n',
    "{a # why\n b}": "{\n  a # why\n  b\n}\n",
    "{a": "{a",
    "": "\n",
}


async def test_prettify_lays_out(visit: Visit) -> None:
    """Prettify gives the usual layout, keeps comments, changes nothing twice, and leaves what is unfinished."""
    page = await opened(visit)
    pretty = "texts => texts.map(text => prettyGraphql(text))"
    assert list(PRETTY.values()) == await page.evaluate(pretty, list(PRETTY))
    assert list(PRETTY.values()) == await page.evaluate(pretty, list(PRETTY.values()))


async def test_the_editor_helps_and_lets_go(visit: Visit) -> None:
    """Brackets close themselves and light up in pairs, Enter indents, Escape and Tab leave for the next stop."""
    page = await opened(visit)
    await write(page, "{")
    await page.keyboard.press("Enter")
    assert "{\n  \n}" == await page.input_value("#query")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("End")
    await expect(page.locator(".paint .bracket")).to_have_text(["{", "}"])
    await page.keyboard.press("Escape")
    await page.keyboard.press("Tab")
    await expect(page.locator("#query")).not_to_be_focused()


async def test_without_introspection_queries_still_run(browser: Browser) -> None:
    """Where the schema may not be asked for, the side says so and everything else works."""
    async with visiting(browser, SampleApp(introspection=False)) as visit:
        page = await visit.open(PLAYGROUND)
        await expect(page.locator("#explorer .hint")).to_contain_text("The schema cannot be shown")
        await write(page, "{ getPost(id: 1) { title } }")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#result .json")).to_contain_text('"Post 1"')


async def test_a_phone_shows_one_pane_at_a_time(visit: Visit) -> None:
    """On a narrow screen the tabs lead to query, result and schema, and running shows the result."""
    page = await opened(visit, width=360)
    assert 360 == await page.evaluate("document.documentElement.scrollWidth")
    await page.get_by_role("button", name="Run").click()
    await expect(page.locator("#result .json")).to_be_visible()
    await expect(page.locator("#query")).not_to_be_visible()
    await page.get_by_role("tab", name="Schema").click()
    await expect(page.locator("#explorer h2")).to_have_text("Schema")


async def test_hostile_descriptions_are_text(browser: Browser) -> None:
    """Markup in the descriptions of a schema is shown, in the list of completions and at the side."""
    async with visiting(browser, SampleApp(note=HOSTILE.replace('"', "'"))) as visit:
        page = await opened(visit)
        await page.locator("#explorer").get_by_role("button", name="Post", exact=True).click()
        await expect(page.locator("#explorer .prose")).to_contain_text("<img src=x")
        await write(page, "{ getPost(id: 1) { title")
        await expect(page.locator(".offer-words")).to_contain_text("<img src=x")
        assert (True, []) == (await visit.is_unharmed(), visit.complaints)
