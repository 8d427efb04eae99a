"""The API reference in a real browser."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import Browser, expect

from tests.api.pages.browser import Visit, visiting
from tests.api.pages.sample_app import SampleApp
from tests.api.pages.sample_document import HOSTILE
from tests.api.pages.signing import sign_in, token

pytestmark = pytest.mark.asyncio(loop_scope="session")

DOCS = "/api/docs"


async def test_the_start_names_every_entity(visit: Visit) -> None:
    """The start shows title, version, description and a card for each entity."""
    page = await visit.open(DOCS)
    await expect(page.get_by_role("heading", level=1)).to_have_text("The blog")
    await expect(page.locator("#version")).to_have_text("1.2.3")
    await expect(page.locator(".card strong")).to_have_text(["Comment", "Post"])
    assert ["/api/docs", "/api/openapi.json"] == [request.path for request in visit.app.requests]


async def test_an_operation_tells_rules_parameters_and_codes(visit: Visit) -> None:
    """A deep link opens its operation, with who may, the bounds of parameters, and the problem codes."""
    page = await visit.open(f"{DOCS}#/Post/listPosts")
    about = page.locator("#operation-listPosts .about")
    await expect(about.locator(".prose").first).to_have_text(
        "Who may: everybody where status is published, or the owner, or role admin."
    )
    await expect(about.locator("li", has_text="limit")).to_contain_text("≥ 1≤ 100default 20")
    await expect(about.locator(".answers li", has_text="400")).to_contain_text("invalid_filter")
    assert "page" == await page.locator("#tree a", has_text="A page of posts").get_attribute("aria-current")


async def test_a_body_is_described_as_a_table(visit: Visit) -> None:
    """The fields of a body show name, need, type, bounds and choices, and nested objects open in place."""
    page = await visit.open(f"{DOCS}#/Post/createPost")
    fields = page.locator("#operation-createPost .about > .fields > li")
    await expect(fields.first).to_have_text("titlerequiredstring1 to 200 charactersWhat it is called.")
    await expect(fields.filter(has_text="status")).to_contain_text("draftpublishedarchiveddefault draft")
    await fields.filter(has_text="metadata").get_by_text("Fields").click()
    await expect(fields.filter(has_text="metadata").locator(".fields li").first).to_contain_text("source")


async def test_an_operation_can_be_tried(visit: Visit) -> None:
    """Filled-in parameters are sent, and status, headers and body of the answer are shown; digits are kept."""
    page = await visit.open(f"{DOCS}#/Post/listPosts")
    await page.fill('[name="query limit"]', "3")
    await page.fill('[name="query filter"]', '{"title": {"eq": "ä & b"}}')
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".answer .status")).to_have_text("200 OK")
    await expect(page.locator(".answer .json")).to_contain_text('"big": 9007199254740993')
    await expect(page.locator(".headers dt", has_text="content-type")).to_have_count(1)
    assert {"limit": "3", "filter": '{"title": {"eq": "ä & b"}}'} == dict(visit.app.requests[-1].query)


async def test_the_next_page_is_one_click_away(visit: Visit) -> None:
    """The next token of an answer is a link, and a button, to the next page; the last page has none."""
    page = await visit.open(f"{DOCS}#/Post/listPosts")
    await page.get_by_role("button", name="Send").click()
    await page.locator(".answer .json .link").click()
    await expect(page.locator(".answer .json")).to_contain_text('"Post 3"')
    await page.get_by_role("button", name="Next page").click()
    await expect(page.locator(".answer .json")).to_contain_text('"Post 5"')
    await expect(page.get_by_role("button", name="Next page")).to_have_count(0)
    assert "4" == visit.app.requests[-1].query["nextToken"]


async def test_a_token_is_sent_as_a_header_and_never_in_a_url(visit: Visit) -> None:
    """A pasted token is sent as Authorization, kept for the tab only, named by its owner, and not in the command."""
    bearer = token(sub="alice", roles=["admin"], exp=4_000_000_000)
    page = await visit.open(f"{DOCS}#/Post/listPosts")
    await sign_in(page, f"Bearer {bearer}\n")
    await expect(page.locator("#token")).to_have_text("alice")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".answer .status")).to_have_text("200 OK")
    assert f"Bearer {bearer}" == visit.app.requests[-1].headers["Authorization"]
    assert bearer not in "".join([*visit.requested, page.url, await page.locator(".command-text").inner_text()])
    assert 0 == await page.evaluate("localStorage.length")
    await page.reload()
    await expect(page.locator("#token")).to_have_text("alice")
    await page.click("#token")
    await page.get_by_role("button", name="Forget it").click()
    await expect(page.locator("#token")).to_have_text("Anonymous")


async def test_a_body_starts_from_an_example_and_is_checked(visit: Visit) -> None:
    """The example of the body can be sent at once; text that is not JSON is not sent, and the reason is said."""
    page = await visit.open(f"{DOCS}#/Post/createPost")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".answer .status")).to_have_text("201 Created")
    assert {"title", "content"} == set(json.loads(visit.app.bodies[-1]))
    sent = len(visit.app.requests)
    await page.get_by_label("Body of POST /posts").fill('{"title": }')
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".try .problem")).to_contain_text("Not JSON yet")
    assert sent == len(visit.app.requests)


async def test_a_missing_parameter_is_asked_for(visit: Visit) -> None:
    """Without its id an operation is not sent; the input gets the focus."""
    page = await visit.open(f"{DOCS}#/Post/getPost")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".try .problem")).to_have_text("Fill in id first.")
    await expect(page.locator('[name="path id"]')).to_be_focused()
    await page.keyboard.type("a/b")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".answer .status")).to_have_text("404 Not Found")
    assert "/api/posts/a%2Fb" == visit.app.requests[-1].raw_path


async def test_hostile_text_is_shown_as_text(visit: Visit) -> None:
    """Markup in descriptions, summaries, schemas and records is text everywhere."""
    page = await visit.open(f"{DOCS}#/Post/getPost")
    await expect(page.locator("#operation-getPost .words")).to_contain_text("<img src=x")
    await expect(page.locator("#operation-getPost .about .prose").first).to_have_text(HOSTILE)
    await page.fill('[name="path id"]', "1")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".answer .json")).to_contain_text("<img src=x onerror=")
    await page.goto(f"{visit.origin}{DOCS}#/schemas/PostMetadata")
    await expect(page.locator(".field-words")).to_have_text(HOSTILE)
    await page.goto(f"{visit.origin}{DOCS}#/%3Cimg%20src=x%20onerror=harmed=1%3E")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Not here")
    assert 0 == await page.locator("main img, main script").count()


async def test_search_is_driven_by_keys(visit: Visit) -> None:
    """A slash goes to the search, words narrow the contents, Enter opens the first operation."""
    page = await visit.open(DOCS)
    await expect(page.locator(".card")).to_have_count(2)
    await page.keyboard.press("/")
    await page.keyboard.type("post delete")
    await expect(page.locator("#tree .method")).to_have_text(["DELETE"])
    await page.keyboard.press("Enter")
    await expect(page.locator("#operation-deletePost .about")).to_be_visible()


async def test_schemas_lead_to_their_users(visit: Visit) -> None:
    """A schema shows its fields and links to the operations that name it."""
    page = await visit.open(f"{DOCS}#/schemas/CreatePost")
    await expect(page.locator(".view > .fields > li")).to_have_count(5)
    await page.locator(".users a").click()
    await expect(page.locator("#operation-createPost .about")).to_be_visible()


async def test_a_problem_has_its_address(visit: Visit) -> None:
    """`docs#code`, the type of a problem, shows its status and the operations that answer it."""
    page = await visit.open(f"{DOCS}#not_found")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Not found")
    await expect(page.locator(".lead")).to_have_text("404 not_found")
    await expect(page.locator(".users .path")).to_have_text(["/posts/{id}"])


async def test_a_hundred_entities_are_shown_one_at_a_time(browser: Browser) -> None:
    """Of a large document only the entity that is looked at has its operations in the page."""
    async with visiting(browser, SampleApp(100)) as visit:
        page = await visit.open(f"{DOCS}#/Thing042")
        await expect(page.locator(".operation")).to_have_count(2)
        await expect(page.locator("#tree > ul").first.locator(":scope > li")).to_have_count(102)
        assert 0 == await page.locator(".inside form").count()


@pytest.mark.parametrize("where", ["", "#/Post/createPost", "#/schemas/Post", "#/problems"])
async def test_narrow_screens_never_scroll_sideways(visit: Visit, where: str) -> None:
    """On a phone everything fits, and the contents open from a button."""
    page = await visit.open(DOCS + where, width=360, height=740)
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert 360 == await page.evaluate("document.documentElement.scrollWidth")
    await page.get_by_role("button", name="Contents").click()
    await page.locator("#tree a", has_text="Comment").first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Comment")


async def test_a_missing_description_is_said(visit: Visit) -> None:
    """Where the description cannot be read the page says so and offers to try again."""
    page = await visit.open(DOCS)
    await page.route("**/openapi.json", lambda route: route.fulfill(status=503, body="{}"))
    await page.reload()
    await expect(page.locator(".problem")).to_contain_text("503")
    await expect(page.get_by_role("button", name="Try again")).to_be_visible()


@pytest.mark.parametrize("path", ["/api/docs", "/api/graphql"])
async def test_the_policy_is_enforced(browser: Browser, path: str) -> None:
    """Even a script inside the page could not load a picture, ask another host, run text or make markup of it."""
    async with visiting(browser, SampleApp()) as visit:
        page = await visit.open(path)
        await page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://192.0.2.1/x.png'}))")
        assert "TypeError" == await page.evaluate("fetch('http://192.0.2.1/').catch(error => error.name)")
        markup = "(() => { try { document.body.innerHTML = '<b>' } catch (error) { return error.name } })()"
        assert "TypeError" == await page.evaluate(markup)
        assert any("192.0.2.1" in each and "Content Security Policy" in each for each in visit.complaints)
