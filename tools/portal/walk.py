"""Walks through the head's page in a real browser, headless Chromium: log in, accept, withdraw; by keyboard, too."""
import json
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support import expected_conditions as expected
from selenium.webdriver.support.ui import WebDriverWait

from portal_scene import PASSWORD

# The rules of WCAG 2.2 as far as a program can see them.
AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


class Walk:
    """A browser that checks each page that it comes to."""

    def __init__(self, scene, address, axe=None, pictures=None, is_dark=False):
        options = webdriver.ChromeOptions()
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                         "--force-device-scale-factor=1", "--hide-scrollbars", "--lang=en-GB"):
            options.add_argument(argument)
        if is_dark:
            options.add_argument("--force-dark-mode")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.browser = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.browser.set_page_load_timeout(60)
        self.browser.set_window_size(900, 760)
        self.scene, self.address = scene, address
        self.axe = Path(axe).read_text(encoding="utf-8") if axe else None
        self.pictures = Path(pictures) if pictures else None
        self.faults = []
        self.pages = []

    def close(self):
        self.browser.quit()

    def go(self, path):
        self.browser.get(self.address + path)

    def find(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def text(self):
        return self.find("main").text

    def see(self, name, heading):
        """Checks the page: its heading, that nothing was blocked, and what people with a screen reader need."""
        self.wait(lambda browser: browser.find_element(By.TAG_NAME, "h1").text == heading)
        self.pages.append(name)
        self.by_hand(name)
        if self.axe:
            self.browser.execute_script(self.axe)
            found = self.browser.execute_async_script(
                "const done = arguments[1]; axe.run(document, arguments[0]).then(done, error => done({error: String(error)}))",
                AXE_RULES)
            if "error" in found:
                self.faults.append(f"{name}: axe: {found['error']}")
            for violation in found.get("violations", []):
                nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
                self.faults.append(f"{name}: {violation['id']}: {violation['help']}: {nodes}")
        for line in self.browser.get_log("browser"):
            # A wrong password is answered with 422, on purpose.
            if not any(known in line["message"] for known in ("favicon", "status of 422")):
                self.faults.append(f"{name}: the browser says: {line['message'][:200]}")
        if self.pictures:
            self.picture(name)

    def by_hand(self, name):
        """The rules that need no program of others."""
        for script, fault in (
            ("return document.documentElement.lang === 'en-GB'", "no language"),
            ("return document.title.length > 0", "no title"),
            ("return document.querySelectorAll('main').length === 1", "not one main part"),
            ("return document.querySelectorAll('h1').length === 1", "not one first heading"),
            ("return [...document.querySelectorAll('input:not([type=hidden], [hidden])')].every(i => i.labels.length === 1)",
             "an input without a label"),
            ("return [...document.querySelectorAll('a, button')].every(e => e.textContent.trim().length > 0)",
             "a link or button without words"),
            ("return [...document.querySelectorAll('h1, h2, h3')].map(h => +h.tagName[1])"
             ".every((l, i, all) => i === 0 || l <= all[i - 1] + 1)", "a heading that skips a level"),
            ("return new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size"
             " === document.querySelectorAll('[id]').length", "an id twice"),
            ("return document.documentElement.scrollWidth <= document.documentElement.clientWidth",
             "wider than the window"),
            ("return document.scripts.length === 0 || !!window.axe", "a script"),
        ):
            if not self.browser.execute_script(script):
                self.faults.append(f"{name}: {fault}")

    def picture(self, name):
        height = self.browser.execute_script("return document.documentElement.scrollHeight")
        self.browser.set_window_size(900, min(height + 140, 1100))
        self.browser.save_screenshot(str(self.pictures / f"{name}.png"))
        self.browser.set_window_size(900, 760)

    def fill(self, **fields):
        for name, value in fields.items():
            field = self.find(f"#{name}")
            field.clear()
            field.send_keys(value)

    def wait(self, condition):
        """Pages come and go while one looks at them."""
        WebDriverWait(self.browser, 30, ignored_exceptions=(NoSuchElementException, StaleElementReferenceException)
                      ).until(condition)

    def press(self, words):
        """Presses a button or follows a link, and waits until the page has gone."""
        path = " | ".join(f'//main//{tag}[normalize-space()="{words}"]' for tag in ("button", "a"))
        page = self.find("html")
        self.browser.find_element(By.XPATH, path).click()
        self.wait(expected.staleness_of(page))
        self.wait(lambda browser: browser.execute_script("return document.readyState") == "complete")

    def first_time(self):
        self.go("/login")
        self.see("login", "Log in")
        self.go("/first")
        self.see("first", "Set your password")
        self.fill(name="ada", invitation=self.scene.invitation, password=PASSWORD, again=PASSWORD)
        self.press("Set the password")
        self.see("enrolled", "Your password is set")
        self.scene.secrets["ada"] = self.find(".secret code").text.replace(" ", "")
        self.press("Log in")

    def log_in_by_keyboard(self, name):
        """No mouse: from the top of the page, Tab and Enter alone."""
        self.see("login", "Log in")
        self.find("body").send_keys(Keys.TAB)
        assert self.browser.switch_to.active_element.text == "Skip to the page"
        for _ in range(2):
            self.browser.switch_to.active_element.send_keys(Keys.TAB)
            if self.browser.switch_to.active_element.get_attribute("id") == "name":
                break
        self.browser.switch_to.active_element.send_keys(name, Keys.TAB)
        self.browser.switch_to.active_element.send_keys(PASSWORD, Keys.ENTER)
        self.see("second-step", "Second step")
        self.find("#code").send_keys(self.scene.code(name), Keys.ENTER)

    def decide(self, school):
        self.see("school", school)
        before = self.text()
        assert "No export has run yet." in before and "available to be accepted" in before
        self.find("input[value=pupil-core]").send_keys(Keys.SPACE)
        self.press("Accept Selected Reports")
        self.see("accept", "Accept these reports?")
        self.fill(password="not the password")
        self.press("Accept")
        self.see("accept-wrong", "Accept these reports?")
        assert "The password is wrong" in self.text()
        self.fill(password=PASSWORD)
        self.press("Accept")
        self.see("accepted", "Accepted")
        self.scene.syncd("task", "run", "Nightly changes", who="rosa")
        self.press(f"Back to {school}")
        self.see("school-accepted", school)
        after = self.text()
        assert len(self.browser.find_elements(By.CSS_SELECTOR, ".square")) == 1
        assert "Successfully Exported" in after and "runs at its times" in after
        self.press("Who stands in for you")
        self.see("proxy", "Who stands in for you")
        assert "Nobody stands in for you now." in self.text()
        self.press(f"Back to {school}")
        self.press("Withdraw Pupil core")
        self.see("withdraw", "Withdraw this report?")
        self.fill(password=PASSWORD)
        self.press("Withdraw")
        self.see("withdrawn", "Withdrawn")
        self.press(f"Back to {school}")
        assert not self.browser.find_elements(By.CSS_SELECTOR, ".square")
        self.find("header button").click()
        self.see("logged-out", "Log in")
        self.browser.back()
        self.browser.refresh()
        self.see("logged-out", "Log in")

    def look_as_contact(self, school):
        self.go("/login")
        self.see("login", "Log in")
        self.fill(name="cem", password=PASSWORD)
        self.press("Go on")
        self.see("school-contact", school)
        assert "Only the head teacher or a head proxy can accept." in self.text()
        assert not self.browser.find_elements(By.CSS_SELECTOR, "main button, main input[type=checkbox]")

    def cookies(self):
        return {cookie["name"]: cookie for cookie in self.browser.get_cookies()}

    def whole(self, school):
        """The whole way."""
        self.first_time()
        self.log_in_by_keyboard("ada")
        session = self.cookies()["syncd"]
        assert session["httpOnly"] and session["sameSite"] == "Strict", json.dumps(session)
        self.decide(school)
        self.look_as_contact(school)
        # On a narrow screen, too.
        self.browser.set_window_size(400, 800)
        self.browser.refresh()
        self.see("school-contact-narrow", school)
