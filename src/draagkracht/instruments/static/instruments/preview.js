"use strict";
// The preview of a questionnaire: what is tried out stays in this page. Only what is asked is shown, as on a phone.
{
  const form = document.getElementById("try");
  const sheet = self.questions(form);
  form.addEventListener("input", sheet.refresh);
  form.addEventListener("change", sheet.refresh);
  form.addEventListener("submit", (event) => event.preventDefault());
  sheet.refresh();
}
